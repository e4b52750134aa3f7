//! Where the token endpoint is.

use bytes::Bytes;
use http::{Request, Uri};
use serde::Deserialize;

use crate::base_url::BaseUrl;
use crate::decode::decode;
use crate::error::{Error, Result};
use crate::token::channel::{Channel, DISCOVER};
use crate::token::grant::{Place, is_endpoint};
use crate::token::patience::Patience;

/// The parts of a discovery document that matter here.
#[derive(Deserialize)]
struct Document {
    issuer: Option<String>,
    token_endpoint: String,
}

/// Finds the token endpoint, and makes sure that credentials may go there.
pub(crate) async fn token_endpoint(
    place: &Place,
    channel: &Channel,
    patience: &Patience,
) -> Result<Uri> {
    let document = Uri::from_static("/.well-known/openid-configuration");
    let (issuer, document) = match place {
        Place::Discovered => {
            let origin = channel.base_url.origin();
            let document = origin.join(document).map_err(Error::configuration)?;
            (origin, document)
        }
        Place::Issuer(issuer) => {
            (issuer.clone(), issuer.join(document).map_err(Error::configuration)?)
        }
        Place::Endpoint(endpoint) => return checked(endpoint.clone(), channel),
        Place::Malformed(fault) => return Err(Error::configuration(*fault)),
    };
    discovered(&issuer, checked(document, channel)?, channel, patience).await
}

async fn discovered(
    issuer: &BaseUrl,
    uri: Uri,
    channel: &Channel,
    patience: &Patience,
) -> Result<Uri> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    let (response, _) = channel.send(&DISCOVER, request, &[], patience).await?;
    let document: Document = decode(&response)?;
    let is_there = |text: &str| {
        let uri = text.parse().ok().filter(is_endpoint).ok_or(Refused::NoUrl)?;
        if issuer.is_origin_of(&uri) { Ok(uri) } else { Err(Refused::OtherAddress) }
    };
    document.issuer.as_deref().map(is_there).transpose().map_err(Error::configuration)?;
    let endpoint = is_there(&document.token_endpoint).map_err(Error::configuration)?;
    checked(endpoint, channel)
}

fn checked(uri: Uri, channel: &Channel) -> Result<Uri> {
    if channel.may_carry_credentials(&uri) {
        Ok(uri)
    } else {
        Err(Error::configuration(Refused::PlainHttp))
    }
}

/// Why an endpoint is not used.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("the discovery document names something that is no URL")]
    NoUrl,
    #[error(
        "the discovery document names a token endpoint or issuer at another address: \
         allow it by OidcGrant::issuer or OidcGrant::token_endpoint"
    )]
    OtherAddress,
    #[error(
        "the token endpoint would be reached unencrypted: use https, or allow plain http for it"
    )]
    PlainHttp,
}
