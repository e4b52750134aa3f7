//! Finds the addresses of a name.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::net::lookup_host;

/// Finds the addresses of a name: by the operating system, or as the user says.
#[derive(Clone, Default)]
pub(crate) struct Resolver(Option<Arc<Resolve>>);

type Resolve = dyn Fn(String) -> Resolving + Send + Sync;
type Resolving = BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

impl Resolver {
    pub(crate) fn new<F>(resolve: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        Self(Some(Arc::new(move |name| Box::pin(resolve(name)))))
    }

    /// Returns the addresses of a host, which may be an address itself.
    pub(super) async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let Some(resolve) = &self.0 else {
            return Ok(lookup_host((host, port)).await?.collect());
        };
        let mut addresses = resolve(host.to_owned()).await?;
        for address in addresses.iter_mut().filter(|address| address.port() == 0) {
            address.set_port(port);
        }
        Ok(addresses)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Given" } else { "System" })
    }
}
