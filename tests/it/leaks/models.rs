//! `Debug` of each part of a model contains no secrets or personal data.

use serde_json::json;
use trivore::models::{
    CustomerGroupInfo, Enterprise, FilterValue, PasswordChange, SmsLinkVerification, StudentInfo,
};

use super::watch::check_debug;
use crate::operations::setup;

#[tokio::test]
async fn the_parts_of_a_user_show_nothing() {
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let users = setup.aside();

    let user = users.get(&subject.user()).await.unwrap();
    let legal = users.legal_info(&subject.user()).await.unwrap();

    check_debug(&(&user.name, user.emails(), user.mobiles(), user.addresses()));
    assert!(user.name.is_some() && !user.emails().is_empty() && !user.addresses().is_empty());
    check_debug(&(&user.place_of_birth, &user.consents, &user.tags.is_some()));
    check_debug(&(&legal.personal_identity_code, &legal.domicile, &legal.addresses));
    check_debug(&(&legal.student_info, user.strong_identification));
    assert!(legal.domicile.is_some() && legal.student_info.is_some());
}

#[test]
fn the_parts_of_other_models_show_nothing() {
    let contact = json!({"phone": "zqx", "email": "zqx", "website": "zqx", "contacts": "zqx"});
    let enterprise = json!({"general": contact, "duns": "zqx", "tradeName": "zqx"});
    let enterprise: Enterprise = serde_json::from_value(enterprise).unwrap();
    let groups = json!({"studentIdentifier": "zqx", "seniorIdentifier": "zqx", "x": "zqx"});
    let groups: CustomerGroupInfo = serde_json::from_value(groups).unwrap();
    let student = json!({"remoteState": "zqx", "notStudentReason": "zqx"});
    let student: StudentInfo = serde_json::from_value(student).unwrap();
    let link = SmsLinkVerification { value: Some("zqx".to_owned()), ..Default::default() };

    check_debug(&(&enterprise, &enterprise.general, groups, student, link));
    check_debug(&(PasswordChange::new("zqx".into()), FilterValue::from("zqx")));
}
