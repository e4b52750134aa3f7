//! Boxes futures, unless they are boxed already.

use std::pin::Pin;

use futures_util::future::{BoxFuture, Either, Ready};

/// A future that can be boxed; one that is boxed already stays as it is.
///
/// Layers that only change a request pass the future of the next layer on, which is a box. Another
/// box around it would be one allocation more for each call.
pub(crate) trait IntoBoxed<T> {
    fn into_boxed(self) -> BoxFuture<'static, T>;
}

impl<T> IntoBoxed<T> for BoxFuture<'static, T> {
    fn into_boxed(self) -> Self {
        self
    }
}

impl<F: Future + Send + 'static> IntoBoxed<F::Output> for Pin<Box<F>> {
    fn into_boxed(self) -> BoxFuture<'static, F::Output> {
        self
    }
}

impl<T: Send + 'static> IntoBoxed<T> for Ready<T> {
    fn into_boxed(self) -> BoxFuture<'static, T> {
        Box::pin(self)
    }
}

impl<T, L: IntoBoxed<T>, R: IntoBoxed<T>> IntoBoxed<T> for Either<L, R> {
    fn into_boxed(self) -> BoxFuture<'static, T> {
        match self {
            Self::Left(future) => future.into_boxed(),
            Self::Right(future) => future.into_boxed(),
        }
    }
}
