//! What answers where no route does: the page, a wrong method on a known address, or an address of the API that does not exist.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::{OpenApi, path::PathItem};

use super::assets::{self, Page};
use crate::domain::problem::{Code, Problem, Result};

/// The addresses of the API and the methods that each takes, from the OpenAPI document.
pub struct Addresses(Vec<(String, Vec<Method>)>);

impl Addresses {
    pub fn of(api: &OpenApi) -> Self {
        Self(api.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }

    /// The methods that an address takes, none where there is no such address.
    fn methods_of(&self, address: &str) -> Vec<&Method> {
        let matching = self.0.iter().filter(|(path, _)| matches(path, address));
        matching.flat_map(|(_, methods)| methods).collect()
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    [
        (&item.get, Method::GET),
        (&item.put, Method::PUT),
        (&item.post, Method::POST),
        (&item.delete, Method::DELETE),
        (&item.options, Method::OPTIONS),
        (&item.head, Method::HEAD),
        (&item.patch, Method::PATCH),
    ]
    .into_iter()
    .filter_map(|(operation, method)| operation.as_ref().map(|_| method))
    .collect()
}

/// Whether an address fits a path whose parameters stand in braces, each for one segment.
fn matches(path: &str, address: &str) -> bool {
    let (mut path, mut address) = (path.split('/'), address.split('/'));
    loop {
        match (path.next(), address.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected.starts_with('{') || expected == found => {}
            _ => return false,
        }
    }
}

/// RFC 9110, 15.5.6: the methods that an address does take are named in `Allow`.
pub async fn answer(
    request: HttpRequest,
    addresses: web::Data<Addresses>,
    page: web::Data<Page>,
) -> Result<HttpResponse> {
    let allowed = addresses.methods_of(request.path());
    if !allowed.is_empty() {
        let allowed = allowed.into_iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(Code::MethodNotAllowed).with("allow", allowed));
    }
    if assets::is_of_page(request.path()) {
        return assets::answer(&request, &page).await;
    }
    Err(Code::RouteNotFound.into())
}
