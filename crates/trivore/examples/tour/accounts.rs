//! Creating, reading, changing, moving, inviting and deleting users.

use trivore::Trivore;
use trivore::models::{
    Address, AddressType, Consents, EmailAddress, Invite, Mobile, Names, NamespaceMigrationOptions,
    User, UserId,
};
use trivore_sandbox::Sandbox;

use crate::report::{Outcome, ensure, line, show, step, text};

pub(crate) async fn create(trivore: &Trivore) -> Outcome<UserId> {
    step("Create a user, with groups that do not exist yet");
    let mut user = User::new();
    user.namespace_code = Some("testsdk".into());
    user.name = Some(Names::new("Maija", "Meikäläinen").middle_name("Maria"));
    user.emails = Some(vec![
        EmailAddress::new("maija@example.com").tag("home"),
        EmailAddress::new("maija@work.example.com").tag("work").tag("invoices"),
    ]);
    user.mobiles = Some(vec![
        Mobile::new("+358401234567").tag("home"),
        Mobile::new("+358501234567").tag("work"),
    ]);
    let address = Address::new().street_address("Street Address 5C").postal_code("20750");
    user.addresses =
        Some(vec![address.locality("Turku").country("FI").address_type(AddressType::Permanent)]);
    let mut consents = Consents::default();
    consents.marketing_email = Some(true);
    user.consents = Some(consents);
    user.member_of = Some(vec!["gr003".into(), "gr004".into()]);

    let created = trivore.users().create(&user).await?;

    line(format_args!("password: {} generated characters", created.password.expose().len()));
    show(&created.user)?;
    ensure(created.password.expose().len() == 15, "the password's length")?;
    ensure(created.user.member_of().len() == 2, "both groups were created")?;
    Ok(created.id)
}

pub(crate) async fn read(trivore: &Trivore, id: &UserId) -> Outcome<User> {
    let user = trivore.users().get(id).await?;
    let groups = trivore.users().group_membership(id).await?;
    line(format_args!(
        "user {id}: {} e-mail addresses, {} mobiles, in {} groups",
        user.emails().len(),
        user.mobiles().len(),
        groups.len()
    ));
    Ok(user)
}

pub(crate) async fn read_and_change(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Read the user, and change some fields");
    let before = read(trivore, id).await?;
    ensure(before.name == Some(Names::new("Maija", "Meikäläinen").middle_name("Maria")), "names")?;
    ensure(before.emails().len() == 2 && before.mobiles().len() == 2, "contacts")?;

    let after = trivore
        .users()
        .modify(id, |user| {
            user.nick_name = Some("Maikki".into());
            user.locale = Some("fi".into());
            user.addresses = None;
        })
        .await?;

    line(format_args!(
        "nickname and locale set, addresses cleared: {} remain",
        after.addresses().len()
    ));
    ensure(after.nick_name.as_deref() == Some("Maikki"), "the nickname")?;
    ensure(after.addresses().is_empty(), "the addresses")?;
    ensure(after.emails() == before.emails(), "the fields that were not changed")
}

pub(crate) async fn migrate(trivore: &Trivore, id: &UserId) -> Outcome<UserId> {
    step("Migrate the user to another namespace, with its groups");
    let mut options = NamespaceMigrationOptions::new("elsewhere");
    options.keep_groups = true;

    let moved = trivore.users().migrate_namespace(id, &options).await?;

    let Some(new_id) = moved.id.clone() else { return Err("no identifier".into()) };
    line(format_args!("{id} is {new_id} in {}", text(moved.namespace_code.as_ref())));
    let groups = trivore.users().group_membership(&new_id).await?;
    let mut names: Vec<_> = groups.into_iter().filter_map(|group| group.name).collect();
    names.sort();
    line(format_args!("groups there: {}", names.join(", ")));
    ensure(moved.namespace_code == Some("elsewhere".into()), "the namespace")?;
    ensure(names == ["gr003", "gr004"], "the groups")?;
    Ok(new_id)
}

pub(crate) async fn invite(trivore: &Trivore, sandbox: &Sandbox) -> Outcome<()> {
    step("Invite two people");
    let invite = Invite {
        emails: vec!["matti@example.com".to_owned(), "liisa@example.com".to_owned()],
        namespace_code: Some("testsdk".into()),
        subject: Some("Welcome".to_owned()),
        ..Invite::default()
    };

    trivore.users().invite(&invite).await?;

    for email in &invite.emails {
        let outbox = sandbox.outbox();
        let message = outbox.last_to(email).ok_or("an invitation was not sent")?;
        line(format_args!("to {email}: {}", text(message.subject.as_ref())));
    }
    Ok(())
}

pub(crate) async fn delete(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Delete the user");
    trivore.users().delete(id).await?;

    let Err(error) = trivore.users().get(id).await else {
        return Err("the deleted user can still be read".into());
    };
    line(format_args!("afterwards: {error}"));
    ensure(error.is_not_found(), "the user is gone")
}
