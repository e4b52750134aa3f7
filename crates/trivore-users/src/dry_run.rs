//! Dry runs of the operations: what may be shown of their requests.

use trivore_transport::{DryRun, PlannedRequest};

use crate::Users;

impl Users {
    /// Makes a dry run that shows the requests of these operations without personal data.
    ///
    /// A client with it sends nothing: each request is shown, and its call fails. Shown are the
    /// names of the fields that this version knows, and the values of identifiers, codes and
    /// settings. Other values, the fields of custom fields and other maps, and fields that this
    /// version does not know are hidden.
    ///
    /// An operation that reads before it writes shows its read. To see what it would write, set
    /// what the read returns with [`DryRun::state`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    /// use trivore_transport::{Client, PlannedRequest};
    /// use trivore_users::Users;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut user = User::new();
    /// user.id = Some("5b0cfba4e2bb230ff8b535e6".into());
    /// let dry_run = Users::dry_run(|request| println!("{request}")).state("users.get", &user)?;
    /// let client = Client::builder("https://id.example.com").dry_run(dry_run).build()?;
    /// let users = Users::new(client);
    ///
    /// // Prints the read and the write.
    /// let id = "5b0cfba4e2bb230ff8b535e6".into();
    /// let error = users.modify(&id, |user| user.nick_name = Some("M".into())).await.unwrap_err();
    ///
    /// let write = PlannedRequest::of(&error).expect("it was shown instead of sent");
    /// assert_eq!(write.operation().name, "users.update");
    /// assert!(write.body().contains(r#""nickName": <text>"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(show: impl Fn(&PlannedRequest) + Send + Sync + 'static) -> DryRun {
        DryRun::new(show).show_members(NAMES, VALUES).hide_maps(MAPS)
    }
}

/// Maps whose names the caller chooses: fields, and operations whose whole body is one.
const MAPS: &[&str] = &[
    "customFields",
    "emailTemplateProperties",
    "users.start_strong_identification",
    "users.update_custom_fields",
];

/// Fields and parameters whose values are no personal data.
const VALUES: &[&str] = &[
    "add",
    "count",
    "emailTemplateId",
    "expirationDays",
    "groups",
    "id",
    "keepConsents",
    "keepCustomFields",
    "keepEmails",
    "keepGroups",
    "keepMobiles",
    "keepPassword",
    "keepProfile",
    "keepUserId",
    "locked",
    "memberOf",
    "mfaMethod",
    "nsCode",
    "permissionExternalId",
    "permissionGroupId",
    "permissionId",
    "remove",
    "sortBy",
    "sortOrder",
    "startIndex",
    "targetNsCode",
    "type",
    "userAccountType",
];

/// Fields and parameters whose values are hidden.
const NAMES: &[&str] = &[
    "address",
    "addressName",
    "addresses",
    "alphabeticalSequenceMaxLength",
    "auxiliaryTradeNames",
    "birthFirstName",
    "birthLastName",
    "birthMiddleName",
    "bodyText",
    "businessId",
    "by",
    "callingName",
    "code",
    "consents",
    "contacts",
    "country",
    "created",
    "customFields",
    "customerGroupInfo",
    "customerSupport",
    "dateOfBirth",
    "dateOfDeath",
    "description",
    "dictionaryCheck",
    "disabilities",
    "disabilitiesIdentifier",
    "disabilitiesUpdated",
    "domicile",
    "domicileClasses",
    "domicileCode",
    "duns",
    "eligibleFrom",
    "eligibleUntil",
    "email",
    "emailTemplateProperties",
    "emails",
    "externalId",
    "familyName",
    "filter",
    "firstNames",
    "firstTime",
    "from",
    "gender",
    "general",
    "givenName",
    "grantedById",
    "grantedByType",
    "grantedTime",
    "grantedToId",
    "grantedToType",
    "historyLength",
    "identificationDocuments",
    "identified",
    "identifier",
    "informationUpdated",
    "language",
    "lastModified",
    "lastName",
    "lastQueryError",
    "lastQuerySuccess",
    "lastUpdatedAt",
    "legalAddresses",
    "legalDomicileCode",
    "leiCode",
    "locale",
    "locality",
    "location",
    "locationing",
    "marketingEmail",
    "marketingMobileMessage",
    "marketingOther",
    "marketingPhone",
    "marketingPost",
    "marketingPushNotification",
    "maxLength",
    "member",
    "message",
    "meta",
    "method",
    "middleName",
    "minLength",
    "minor",
    "mobile",
    "mobiles",
    "name",
    "names",
    "nationality",
    "newPassword",
    "nickName",
    "notStudentReason",
    "number",
    "numberOfCharacteristics",
    "numericalSequenceMaxLength",
    "order",
    "organisation",
    "otherExplanation",
    "parallelTradeNames",
    "password",
    "personalId",
    "personalIdentityCode",
    "phone",
    "place_of_birth",
    "postalCode",
    "preferredLanguage",
    "profiling",
    "protectionOrder",
    "queryConsentEnds",
    "qwertySequenceMaxLength",
    "region",
    "remarks",
    "remoteState",
    "repeatCharacterLength",
    "returnURL",
    "sales",
    "salutation",
    "screenName",
    "senior",
    "seniorIdentifier",
    "seniorUpdated",
    "service",
    "sex",
    "source",
    "state",
    "streetAddress",
    "strongIdentification",
    "student",
    "studentFrom",
    "studentIdentifier",
    "studentInfo",
    "studentTo",
    "studentUpdated",
    "studentValidFrom",
    "studentValidNow",
    "studentValidTo",
    "subject",
    "success",
    "tags",
    "taxIdentificationNumber",
    "time",
    "timeZone",
    "title",
    "tradeName",
    "tradeRegisterNumber",
    "until",
    "updated",
    "userPassword",
    "username",
    "usernameForbidden",
    "validationErrors",
    "value",
    "vatId",
    "verified",
    "verifiedBy",
    "verifiedDateTime",
    "website",
    "websiteAux",
    "websiteMain",
];
