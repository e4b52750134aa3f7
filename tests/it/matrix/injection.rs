//! A client that meets faults reaches its own sandbox and no other.

use std::time::Duration;

use trivore::models::User;
use trivore::users::Users;
use trivore_tests::matrix::{Scenario, Times, inject, scenarios};

use crate::operations::{case, setup};

/// Otherwise, another test's server may get the port, and a user that is reported as created is
/// not in the sandbox of the test.
#[tokio::test]
async fn a_server_with_faults_keeps_its_address_as_long_as_its_client_exists() {
    let case = case("users.create_named");
    for scenario in scenarios().into_iter().filter(Scenario::is_of_connection) {
        let setup = setup().await;
        let subject = setup.add_subject().await;
        let place = (&setup, case, &subject);
        let (client, hits) = inject(&scenario, Times::Once, place, Duration::from_secs(5));
        let users = Users::new(client.build().unwrap());
        drop(hits);
        let mut user = User::new();
        user.username = Some("maija".to_owned());

        // The faults have not begun.
        let created = users.create(&user).await.unwrap();

        let document = setup.sandbox().user_document(created.id.as_str()).unwrap();
        assert_eq!(document["username"], "maija", "{}", scenario.name);
    }
}
