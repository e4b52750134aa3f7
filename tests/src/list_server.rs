//! A list of users that a test changes while it is read.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex};

use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use trivore::Users;
use trivore::transport::{Body, Client, ClientBuilder};

/// A request for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageAsked {
    /// Number of the request, from 1.
    pub number: usize,
    /// The position that it starts at.
    pub start: usize,
    /// How many rows it asks for.
    pub count: usize,
}

type Hook = dyn FnMut(PageAsked, &mut Vec<u64>) -> Option<Response<String>> + Send;

/// A list of users, each known by a number, behind a service without I/O.
pub struct ListServer {
    state: Arc<Mutex<State>>,
}

struct State {
    users: Vec<u64>,
    asked: Vec<PageAsked>,
    hook: Box<Hook>,
    has_total: bool,
    most: usize,
}

impl ListServer {
    /// Lists users with these numbers.
    pub fn new(users: impl IntoIterator<Item = u64>) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                users: users.into_iter().collect(),
                asked: Vec::new(),
                hook: Box::new(|_, _| None),
                has_total: true,
                most: usize::MAX,
            })),
        }
    }

    /// Calls this before each page: it may change the list, and respond in another way.
    pub fn before_each_page<F>(self, hook: F) -> Self
    where
        F: FnMut(PageAsked, &mut Vec<u64>) -> Option<Response<String>> + Send + 'static,
    {
        self.state.lock().unwrap().hook = Box::new(hook);
        self
    }

    /// Sends no total.
    pub fn without_total(self) -> Self {
        self.state.lock().unwrap().has_total = false;
        self
    }

    /// Sends at most this many rows per page.
    pub fn at_most(self, rows: usize) -> Self {
        self.state.lock().unwrap().most = rows;
        self
    }

    /// Returns the user service on this list.
    pub fn users(&self) -> Users {
        self.users_with(|client| client)
    }

    /// Returns the user service on this list, with other settings.
    pub fn users_with(&self, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Users {
        let state = Arc::clone(&self.state);
        let service = tower::service_fn(move |request: Request<Body>| {
            let response = state.lock().unwrap().respond(&request);
            async move { Ok::<_, Infallible>(response) }
        });
        let client = Client::builder("https://id.example.com").service(service);
        Users::new(configure(client).build().unwrap())
    }

    /// Returns the requests so far.
    pub fn asked(&self) -> Vec<PageAsked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Returns the position and the number of rows of each request so far.
    pub fn windows(&self) -> Vec<(usize, usize)> {
        self.asked().into_iter().map(|asked| (asked.start, asked.count)).collect()
    }

    /// Changes the list.
    pub fn change(&self, change: impl FnOnce(&mut Vec<u64>)) {
        change(&mut self.state.lock().unwrap().users);
    }
}

impl fmt::Debug for ListServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListServer").finish_non_exhaustive()
    }
}

impl State {
    fn respond(&mut self, request: &Request<Body>) -> Response<String> {
        let query = request.uri().query().unwrap_or_default();
        let number = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok()).unwrap()
        };
        let (start, count) = (number("startIndex"), number("count"));
        let asked = PageAsked { number: self.asked.len() + 1, start, count };
        assert!(asked.number < 100_000, "an endless list");
        self.asked.push(asked);
        if let Some(response) = (self.hook)(asked, &mut self.users) {
            return response;
        }
        let rows = self.users.iter().skip(start).take(count.min(self.most));
        let rows: Vec<_> = rows.map(|number| list_row(*number)).collect();
        let mut page = json!({"startIndex": start, "itemsPerPage": count, "resources": rows});
        if self.has_total {
            page["totalResults"] = self.users.len().into();
        }
        Response::new(page.to_string())
    }
}

/// Returns the row of a user.
pub fn list_row(number: u64) -> Value {
    json!({"id": list_id(number), "username": format!("user{number}"), "locked": false})
}

/// Returns the identifier of a user.
pub fn list_id(number: u64) -> String {
    format!("{number:024x}")
}

/// Returns a response that fails a page.
pub fn failing_page(status: u16) -> Response<String> {
    let mut response = Response::new(r#"{"errorMessage":"failed"}"#.to_owned());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}
