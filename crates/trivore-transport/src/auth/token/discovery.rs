//! Finds the token endpoint in a discovery document.

use bytes::Bytes;
use http::{Request, Uri};
use serde::Deserialize;

use crate::address::BaseUrl;
use crate::auth::token::Channel;
use crate::auth::token::channel::DISCOVER;
use crate::auth::token::grant::{EndpointSource, is_endpoint};
use crate::auth::token::refresh_deadline::RefreshDeadline;
use crate::decode::{Object, decode};
use crate::error::{Error, Result};

/// The members of a discovery document that are used.
#[derive(Deserialize)]
struct Document {
    issuer: Option<String>,
    token_endpoint: String,
}

/// Finds the token endpoint, and checks that credentials may be sent to it.
pub(crate) async fn token_endpoint(
    place: &EndpointSource,
    channel: &Channel,
    deadline: &RefreshDeadline,
) -> Result<Uri> {
    let issuer = match place {
        EndpointSource::Discovered => &channel.base_url,
        EndpointSource::Issuer(issuer) => issuer,
        EndpointSource::Endpoint(endpoint) => return checked(endpoint.clone(), channel),
        EndpointSource::Malformed(fault) => return Err(Error::configuration(*fault)),
    };
    // OpenID Connect Discovery 1.0, section 4.1. There is no second try at the root of the host:
    // a path may be all of the host that belongs to the service.
    let document = Uri::from_static("/.well-known/openid-configuration");
    let document = issuer.join(document).map_err(Error::configuration)?;
    discovered(issuer, checked(document, channel)?, channel, deadline).await
}

/// Reads the discovery document at `uri`; its URLs must be at the origin of `issuer`.
async fn discovered(
    issuer: &BaseUrl,
    uri: Uri,
    channel: &Channel,
    deadline: &RefreshDeadline,
) -> Result<Uri> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    let (response, _) =
        channel.send(&DISCOVER, request, &[], deadline).await.map_err(|failed| failed.error)?;
    let Object::<Document>(document) = decode(&response)?;
    let is_there = |text: &str| {
        let uri = text.parse().ok().filter(is_endpoint).ok_or(Refused::NoUrl)?;
        if issuer.is_origin_of(&uri) { Ok(uri) } else { Err(Refused::OtherAddress) }
    };
    document.issuer.as_deref().map(is_there).transpose().map_err(Error::configuration)?;
    let endpoint = is_there(&document.token_endpoint).map_err(Error::configuration)?;
    checked(endpoint, channel)
}

/// Returns `uri` if credentials may be sent to it.
fn checked(uri: Uri, channel: &Channel) -> Result<Uri> {
    if channel.may_carry_credentials(&uri) {
        Ok(uri)
    } else {
        Err(Error::configuration(Refused::PlainHttp))
    }
}

/// Why an endpoint is rejected.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("the discovery document has an `issuer` or `token_endpoint` that is not a URL")]
    NoUrl,
    #[error(
        "the discovery document has an issuer or token endpoint at another origin; \
         allow it with `OidcGrant::issuer` or `OidcGrant::token_endpoint`"
    )]
    OtherAddress,
    #[error(
        "credentials would be sent to the token endpoint over plain http; \
         use https or `allow_plain_http`"
    )]
    PlainHttp,
}
