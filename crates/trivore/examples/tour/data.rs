//! Custom fields, enterprise data, legal information and other data of a user.

use serde_json::json;
use trivore::Trivore;
use trivore::models::{
    CustomFields, Enterprise, EnterpriseContactInfo, NewStrongIdentification, PageRequest,
    StudentState, StudentStatus, UserId,
};
use trivore_sandbox::Sandbox;

use crate::report::{Outcome, ensure, line, show, step, text};

pub(crate) async fn custom_fields(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Custom fields");
    let users = trivore.users();
    let mut fields = CustomFields::new();
    fields.insert("shoeSize", json!(38));
    fields.insert("newsletter", json!({"topics": ["sailing"]}));
    users.update_custom_fields(id, &fields).await?;
    let mut more = CustomFields::new();
    more.insert("shoeSize", json!(39));
    users.update_custom_fields(id, &more).await?;

    let read = users.custom_fields(id).await?;

    show(&read)?;
    ensure(read.get_as::<u8>("shoeSize")? == Some(39), "the overwritten field")?;
    ensure(read.len() == 2, "the field that was not sent")?;
    users.delete_custom_fields(id).await?;
    ensure(users.custom_fields(id).await?.is_empty(), "all fields are deleted")
}

pub(crate) async fn enterprise(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Enterprise data");
    let mut contact = EnterpriseContactInfo::new();
    contact.email = Some("sales@example.com".to_owned());
    let mut enterprise = Enterprise::new();
    enterprise.business_id = Some("1234567-8".to_owned());
    enterprise.duns = Some("123456789".to_owned());
    enterprise.sales = Some(contact);

    let written = trivore.users().update_enterprise(id, &enterprise).await?;

    show(&written)?;
    let read = trivore.users().enterprise(id).await?;
    ensure(read.duns.as_deref() == Some("123456789"), "the D-U-N-S number")
}

pub(crate) async fn legal_info(trivore: &Trivore, sandbox: &Sandbox, id: &UserId) -> Outcome<()> {
    step("Legal information, from official registers");
    let legal = json!({
        "firstNames": "Maija Maria", "lastName": "Meikäläinen", "protectionOrder": false,
        "domicile": {"code": "853", "names": {"fi": "Turku", "sv": "Åbo"}},
    });
    sandbox.set_legal_info(id.as_str(), legal)?;

    let read = trivore.users().legal_info(id).await?;

    show(&read)?;
    ensure(read.first_names.as_deref() == Some("Maija Maria"), "the first names")
}

pub(crate) async fn strong_identification(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Strong identification and its history");
    let users = trivore.users();
    for remarks in ["passport shown", "identity card shown"] {
        let report = NewStrongIdentification {
            personal_id: "010101-0101".into(),
            remarks: Some(remarks.to_owned()),
        };
        users.report_strong_identification(id, &report).await?;
    }

    let latest = users.strong_identification(id).await?;
    let history = users.strong_identification_history(id, &PageRequest::new()).await?;

    line(format_args!("identified {} times, last by {}", text(latest.count), text(latest.method)));
    // `Debug` shows that there is a personal identity code, but not its value.
    line(format_args!("personal code: {:?}", latest.personal_id));
    ensure(latest.identified == Some(true), "the user is identified")?;
    ensure(history.resources.len() == 2, "both identifications are in the history")
}

pub(crate) async fn student_state(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Student state");
    let mut state = StudentState::new(StudentStatus::FullTime);
    state.student_from = Some("2026-08-01".into());

    let written = trivore.users().update_student_state(id, &state).await?;

    show(&written)?;
    let read = trivore.users().student_state(id).await?;
    ensure(read.state == Some(StudentStatus::FullTime), "the state")
}

pub(crate) async fn read(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    let users = trivore.users();
    let fields = users.custom_fields(id).await?;
    line(format_args!("{} custom fields", fields.len()));
    let student = users.student_state(id).await?;
    line(format_args!("student state: {}", text(student.state)));
    let identification = users.strong_identification(id).await?;
    line(format_args!("strongly identified: {}", text(identification.identified)));
    Ok(())
}
