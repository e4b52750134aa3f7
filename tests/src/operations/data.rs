//! Legal information, enterprise data, custom fields and student state.

use serde_json::json;
use trivore::models::{CustomFields, Enterprise, StudentState, StudentStatus};

use super::{Answer, Case};

fn enterprise() -> Enterprise {
    let contact = json!({
        "phone": "+358zqx4", "email": "zqx-office@zqx.example",
        "website": "https://zqx.example", "contacts": "zqx-contacts",
    });
    let enterprise = json!({
        "businessId": "zqx-business", "vatId": "zqx-vat", "tradeName": "zqx-trade",
        "parallelTradeNames": ["zqx-parallel"], "auxiliaryTradeNames": ["zqx-auxiliary"],
        "domicile": "zqx-seat", "leiCode": "zqx-lei", "duns": "zqx-duns",
        "tradeRegisterNumber": "zqx-register", "taxIdentificationNumber": "zqx-tax",
        "general": contact, "sales": contact, "service": contact, "customerSupport": contact,
    });
    serde_json::from_value(enterprise).unwrap()
}

fn fields() -> CustomFields {
    let mut fields = CustomFields::new();
    fields.insert("zqn-field", "zqx-other-custom");
    fields.insert("zqn-more", json!({"zqx-key": ["zqx-value"]}));
    fields
}

fn student_state() -> StudentState {
    let mut state = StudentState::new(StudentStatus::FullTime);
    state.student_from = Some("zqx-from".into());
    state.student_to = Some("zqx-to".into());
    state.source = Some("zqx-student-source".to_owned());
    state
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.legal_info", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.legal_info(&subject.user).await?)) })
    }),
    Case::new("users.enterprise", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.enterprise(&subject.user).await?)) })
    }),
    Case::new("users.update_enterprise", |users, subject| {
        Box::pin(async move {
            let enterprise = enterprise();
            let written = users.update_enterprise(&subject.user, &enterprise).await?;
            Ok(Answer::new(&enterprise, &written))
        })
    }),
    Case::new("users.custom_fields", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.custom_fields(&subject.user).await?)) })
    }),
    Case::new("users.update_custom_fields", |users, subject| {
        Box::pin(async move {
            let fields = fields();
            users.update_custom_fields(&subject.user, &fields).await?;
            Ok(Answer::new(&fields, &()))
        })
    }),
    Case::new("users.delete_custom_fields", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.delete_custom_fields(&subject.user).await?)) },
        )
    }),
    Case::new("users.student_state", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.student_state(&subject.user).await?)) })
    }),
    Case::new("users.update_student_state", |users, subject| {
        Box::pin(async move {
            let state = student_state();
            let written = users.update_student_state(&subject.user, &state).await?;
            Ok(Answer::new(&state, &written))
        })
    }),
];
