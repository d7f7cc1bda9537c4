//! The OpenAPI document: made from the routes, completed with what holds for all of them.

use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, ContentBuilder, Info, OpenApi, Ref, RefOr, Required, ResponseBuilder};

use super::audit::TrailSort;
use super::facade::wire::XML_PROBLEM;
use super::problem::MEDIA_TYPE;
use crate::domain::id::UploadId;
use crate::domain::policy::Role;

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
    // What only a parameter names is not gathered from the routes.
    add_schema::<UploadId>(components);
    add_schema::<Role>(components);
    add_schema::<TrailSort>(components);
    let anyone_signed_in = vec![
        SecurityRequirement::new("session", Vec::<String>::new()),
        SecurityRequirement::new("token", Vec::<String>::new()),
    ];
    for (path, item) in api.paths.paths.iter_mut() {
        if let Some(post) = item.post.as_mut().filter(|post| post.security.is_none()) {
            post.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
        }
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
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
            let mut problem = ResponseBuilder::new()
                .description("A problem; `code` says which")
                .content(MEDIA_TYPE, content.clone());
            if path.starts_with("/facade/") {
                problem = problem.content(XML_PROBLEM, content);
            }
            let problem = RefOr::T(problem.build());
            operation.responses.responses.entry("default".to_owned()).or_insert(problem);
        }
    }
    super::meanings::describe(&mut api);
    api
}

fn add_schema<T: ToSchema>(components: &mut Components) {
    components.schemas.insert(T::name().into_owned(), T::schema());
}

/// The header by which a program may repeat any POST.
fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name(super::idempotency::KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "For programs with a bearer token: a name of this request, new for each, such as a random UUID. The same request under the same \
             key within 24 hours is not done again; it gets the first answer, with `Idempotent-Replay: true`. Another request under the \
             key, or one while the first is under way, is refused with `idempotency_conflict`, whose `reason` is `other_request` or \
             `running`. A request that failed (status 500 and above), came too often (429) or whose form was refused may be repeated \
             under its key and is tried again. Answers that are streams are not kept.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))))
        .example(Some("0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90".into()))
        .build()
}

/// Serves the document at `/api/openapi.json` and a page to browse it at `/api/docs/`.
pub fn serve(config: &mut actix_web::web::ServiceConfig, api: OpenApi) {
    config.service(utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", api));
}
