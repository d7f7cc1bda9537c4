//! The OpenAPI document: made from the routes, completed with what holds for all of them.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, Info, OpenApi, Ref, RefOr, ResponseBuilder};

use super::problem::MEDIA_TYPE;

/// Adds to a document gathered from the routes: title, ways to sign in, and the problem answer that every operation may give.
pub fn complete(mut api: OpenApi) -> OpenApi {
    api.info = Info::new("Kho", env!("CARGO_PKG_VERSION"));
    api.info.description = Some(
        "The document vault of citizens and organisations. Sizes are bytes, times RFC 3339 in UTC, lists are paged by cursor, \
         errors are RFC 9457 problems with a stable `code`. Changes made with the session cookie need `X-CSRF-Token`."
            .to_owned(),
    );
    let components = api.components.get_or_insert_default();
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("kho_session"))),
    );
    components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let anyone_signed_in = vec![
        SecurityRequirement::new("session", Vec::<String>::new()),
        SecurityRequirement::new("token", Vec::<String>::new()),
    ];
    for item in api.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.options,
            &mut item.head,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            operation.security.get_or_insert_with(|| anyone_signed_in.clone());
            let problem = ResponseBuilder::new()
                .description("A problem; `code` says which")
                .content(
                    MEDIA_TYPE,
                    ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build(),
                )
                .build();
            operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(problem));
        }
    }
    super::meanings::describe(&mut api);
    api
}

/// Serves the document at `/api/openapi.json` and a page to browse it at `/api/docs/`.
pub fn serve(config: &mut actix_web::web::ServiceConfig, api: OpenApi) {
    config.service(utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", api));
}
