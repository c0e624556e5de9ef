import {
  audit,
  big,
  bool,
  choice,
  datetime,
  decimal,
  double,
  each,
  guid,
  int,
  key,
  lookup,
  managed,
  text,
  to,
} from './build';
import type { TableSource } from './build';
import type { Option } from './types';

// Texts whose length the published metadata does not tell are allowed 4000 characters (UNVERIFIED).

/** Component types: FACTS 9, and the table (1) and column (2) of general knowledge (UNVERIFIED). */
const componentType: readonly Option[] = [
  { value: 1, label: 'Entity' },
  { value: 2, label: 'Attribute' },
  { value: 90, label: 'Plugin Type' },
  { value: 91, label: 'Plugin Assembly' },
  { value: 92, label: 'SDK Message Processing Step' },
  { value: 93, label: 'SDK Message Processing Step Image' },
  { value: 95, label: 'Service Endpoint' },
];
const rootComponentBehavior: readonly Option[] = [
  { value: 0, label: 'Include Subcomponents' },
  { value: 1, label: 'Do not include subcomponents' },
  { value: 2, label: 'Include As Shell Only' },
];
/** FACTS 11. */
const pluginTraceLogSetting: readonly Option[] = [
  { value: 0, label: 'Off' },
  { value: 1, label: 'Exception' },
  { value: 2, label: 'All' },
];
const accessMode: readonly Option[] = [
  { value: 0, label: 'Read-Write' },
  { value: 1, label: 'Administrative' },
  { value: 2, label: 'Read' },
  { value: 3, label: 'Support User' },
  { value: 4, label: 'Non-interactive' },
  { value: 5, label: 'Delegated Admin' },
];
const isolationMode: readonly Option[] = [
  { value: 1, label: 'None' },
  { value: 2, label: 'Sandbox' },
  { value: 3, label: 'External' },
];
const sourceType: readonly Option[] = [
  { value: 0, label: 'Database' },
  { value: 1, label: 'Disk' },
  { value: 2, label: 'Normal' },
  { value: 3, label: 'AzureWebApp' },
];
const componentState: readonly Option[] = [
  { value: 0, label: 'Published' },
  { value: 1, label: 'Unpublished' },
  { value: 2, label: 'Deleted' },
  { value: 3, label: 'Deleted Unpublished' },
];
const solutionType: readonly Option[] = [
  { value: 0, label: 'None' },
  { value: 1, label: 'Snapshot' },
  { value: 2, label: 'Internal' },
];

const solution: TableSource = {
  schemaName: 'Solution',
  set: 'solutions',
  label: 'Solution',
  collectionLabel: 'Solutions',
  objectTypeCode: 7100,
  primaryName: 'friendlyname',
  ownership: 'organization',
  columns: [
    key('SolutionId'),
    lookup('ConfigurationPageId', []),
    lookup('OrganizationId', [to('organization', 'organizationid', 'organization_solution', 'none')], {
      access: 'R',
    }),
    lookup('ParentSolutionId', [to('solution', 'parentsolutionid', 'solution_parent_solution', 'none')], {
      access: 'R',
    }),
    lookup('PublisherId', [to('publisher', 'publisherid', 'publisher_solution', 'none')]),
    text('Description', 2000),
    text('FriendlyName', 256),
    choice('SolutionType', solutionType),
    text('UniqueName', 65),
    text('Version', 256),
    ...each(
      (name) => datetime(name),
      `
        InstalledOn UpdatedOn`,
    ),
    ...each(
      (name) => bool(name, { access: 'R' }),
      `
        IsManaged`,
    ),
    ...each(
      (name) => bool(name),
      `
        IsVisible`,
    ),
    ...each(
      (name) => text(name, 4000),
      `
        PinpointAssetId PinpointSolutionDefaultLocale`,
    ),
    ...each(
      (name) => big(name),
      `
        PinpointPublisherId PinpointSolutionId`,
    ),
    ...each(
      (name) => text(name, 4000, { access: 'R' }),
      `
        SolutionPackageVersion`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        VersionNumber`,
    ),
    ...audit({
      createdBy: 'lk_solution_createdby',
      createdOnBehalfBy: 'lk_solutionbase_createdonbehalfby',
      modifiedBy: 'lk_solution_modifiedby',
      modifiedOnBehalfBy: 'lk_solutionbase_modifiedonbehalfby',
    }),
  ],
};

const solutionComponent: TableSource = {
  schemaName: 'SolutionComponent',
  set: 'solutioncomponents',
  label: 'Solution Component',
  collectionLabel: 'Solution Components',
  objectTypeCode: 7103,
  access: { create: false, update: false, delete: false },
  ownership: 'none',
  columns: [
    key('SolutionComponentId'),
    lookup('SolutionId', [to('solution', 'solutionid', 'solution_solutioncomponent', 'cascade')]),
    choice('ComponentType', componentType),
    choice('RootComponentBehavior', rootComponentBehavior),
    ...each(
      (name) => bool(name),
      `
        IsMetadata`,
    ),
    ...each(
      (name) => guid(name),
      `
        ObjectId RootSolutionComponentId`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        VersionNumber`,
    ),
    ...audit({
      createdOnBehalfBy: 'lk_solutioncomponentbase_createdonbehalfby',
      modifiedOnBehalfBy: 'lk_solutioncomponentbase_modifiedonbehalfby',
    }),
  ],
};

const publisher: TableSource = {
  schemaName: 'Publisher',
  set: 'publishers',
  label: 'Publisher',
  collectionLabel: 'Publishers',
  objectTypeCode: 7101,
  primaryName: 'friendlyname',
  ownership: 'organization',
  columns: [
    key('PublisherId'),
    lookup('OrganizationId', [to('organization', 'organizationid', 'organization_publisher', 'none')], {
      access: 'R',
    }),
    text('CustomizationPrefix', 8),
    text('Description', 2000),
    text('FriendlyName', 256),
    text('UniqueName', 65),
    ...each(
      (name) => guid(name),
      `
        Address1_AddressId Address2_AddressId`,
    ),
    ...each(
      (name) => int(name),
      `
        Address1_AddressTypeCode Address1_ShippingMethodCode Address1_UTCOffset
        Address2_AddressTypeCode Address2_ShippingMethodCode Address2_UTCOffset
        CustomizationOptionValuePrefix`,
    ),
    ...each(
      (name) => text(name, 4000),
      `
        Address1_City Address1_Country Address1_County Address1_Fax Address1_Line1
        Address1_Line2 Address1_Line3 Address1_Name Address1_PostalCode Address1_PostOfficeBox
        Address1_StateOrProvince Address1_Telephone1 Address1_Telephone2 Address1_Telephone3
        Address1_UPSZone Address2_City Address2_Country Address2_County Address2_Fax
        Address2_Line1 Address2_Line2 Address2_Line3 Address2_Name Address2_PostalCode
        Address2_PostOfficeBox Address2_StateOrProvince Address2_Telephone1 Address2_Telephone2
        Address2_Telephone3 Address2_UPSZone EMailAddress PinpointPublisherDefaultLocale
        SupportingWebsiteUrl`,
    ),
    ...each(
      (name) => double(name, 5),
      `
        Address1_Latitude Address1_Longitude Address2_Latitude Address2_Longitude`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        EntityImage_Timestamp VersionNumber`,
    ),
    ...each(
      (name) => text(name, 4000, { access: 'R' }),
      `
        EntityImage_URL`,
    ),
    ...each(
      (name) => guid(name, { access: 'R' }),
      `
        EntityImageId`,
    ),
    ...each(
      (name) => bool(name),
      `
        IsReadonly`,
    ),
    ...each(
      (name) => big(name),
      `
        PinpointPublisherId`,
    ),
    ...audit({
      createdBy: 'lk_publisher_createdby',
      createdOnBehalfBy: 'lk_publisherbase_createdonbehalfby',
      modifiedBy: 'lk_publisher_modifiedby',
      modifiedOnBehalfBy: 'lk_publisherbase_modifiedonbehalfby',
    }),
  ],
};

const pluginAssembly: TableSource = {
  schemaName: 'PluginAssembly',
  set: 'pluginassemblies',
  label: 'Plug-in Assembly',
  collectionLabel: 'Plug-in Assemblies',
  objectTypeCode: 4605,
  primaryName: 'name',
  ownership: 'organization',
  columns: [
    key('PluginAssemblyId'),
    lookup('OrganizationId', [to('organization', 'organizationid', 'organization_pluginassembly', 'none')], {
      access: 'R',
    }),
    choice('ComponentState', componentState, { access: 'R', initial: 0 }),
    text('Content', 1073741823),
    text('Description', 2000),
    managed('IsCustomizable', 'iscustomizableanddeletable', true),
    managed('IsHidden', 'ishidden', false),
    choice('IsolationMode', isolationMode),
    text('Name', 256),
    text('PublicKeyToken', 32),
    choice('SourceType', sourceType),
    text('Version', 256),
    ...each(
      (name) => int(name),
      `
        AuthType Major Minor`,
    ),
    ...each(
      (name) => text(name, 4000),
      `
        Culture IntroducedVersion Password Path SourceHash Url UserName`,
    ),
    ...each(
      (name) => int(name, { access: 'R' }),
      `
        CustomizationLevel`,
    ),
    ...each(
      (name) => bool(name, { access: 'R' }),
      `
        IsManaged`,
    ),
    ...each(
      (name) => bool(name),
      `
        IsPasswordSet`,
    ),
    ...each(
      (name) => datetime(name, { access: 'R' }),
      `
        OverwriteTime`,
    ),
    ...each(
      (name) => guid(name),
      `
        PluginAssemblyIdUnique`,
    ),
    ...each(
      (name) => guid(name, { access: 'R' }),
      `
        SolutionId`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        VersionNumber`,
    ),
    ...audit({
      createdBy: 'createdby_pluginassembly',
      createdOnBehalfBy: 'lk_pluginassembly_createdonbehalfby',
      modifiedBy: 'modifiedby_pluginassembly',
      modifiedOnBehalfBy: 'lk_pluginassembly_modifiedonbehalfby',
    }),
  ],
};

const pluginType: TableSource = {
  schemaName: 'PluginType',
  set: 'plugintypes',
  label: 'Plug-in Type',
  collectionLabel: 'Plug-in Types',
  objectTypeCode: 4602,
  primaryName: 'name',
  ownership: 'organization',
  columns: [
    key('PluginTypeId'),
    lookup('OrganizationId', [to('organization', 'organizationid', 'organization_plugintype', 'none')], {
      access: 'R',
    }),
    lookup('PluginAssemblyId', [
      to('pluginassembly', 'pluginassemblyid', 'pluginassembly_plugintype', 'none'),
    ]),
    text('AssemblyName', 256),
    choice('ComponentState', componentState, { access: 'R', initial: 0 }),
    text('Description', 2000),
    text('FriendlyName', 256),
    text('Name', 256),
    text('PublicKeyToken', 32),
    text('TypeName', 256),
    text('Version', 256),
    ...each(
      (name) => text(name, 4000),
      `
        Culture CustomWorkflowActivityInfo WorkflowActivityGroupName`,
    ),
    ...each(
      (name) => int(name, { access: 'R' }),
      `
        CustomizationLevel`,
    ),
    ...each(
      (name) => bool(name, { access: 'R' }),
      `
        IsManaged`,
    ),
    ...each(
      (name) => bool(name),
      `
        IsWorkflowActivity`,
    ),
    ...each(
      (name) => int(name),
      `
        Major Minor`,
    ),
    ...each(
      (name) => datetime(name, { access: 'R' }),
      `
        OverwriteTime`,
    ),
    ...each(
      (name) => guid(name),
      `
        PluginTypeIdUnique`,
    ),
    ...each(
      (name) => guid(name, { access: 'R' }),
      `
        SolutionId`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        VersionNumber`,
    ),
    ...audit({
      createdBy: 'createdby_plugintype',
      createdOnBehalfBy: 'lk_plugintype_createdonbehalfby',
      modifiedBy: 'modifiedby_plugintype',
      modifiedOnBehalfBy: 'lk_plugintype_modifiedonbehalfby',
    }),
  ],
};

const organization: TableSource = {
  schemaName: 'Organization',
  set: 'organizations',
  label: 'Organization',
  collectionLabel: 'Organizations',
  objectTypeCode: 1019,
  primaryName: 'name',
  access: { create: false, delete: false },
  ownership: 'none',
  columns: [
    key('OrganizationId'),
    lookup('AcknowledgementTemplateId', []),
    lookup('BaseCurrencyId', [
      to('transactioncurrency', 'basecurrencyid', 'basecurrency_organization', 'none'),
    ]),
    lookup('DefaultEmailServerProfileId', []),
    lookup('DefaultMobileOfflineProfileId', []),
    text('Name', 256),
    choice('PluginTraceLogSetting', pluginTraceLogSetting),
    ...each(
      (name) => text(name, 4000),
      `
        ACIWebEndpointUrl AMDesignator AzureSchedulerJobCollectionName BaseCurrencySymbol
        BingMapsApiKey BlockedAttachments BulkOperationPrefix CampaignPrefix CasePrefix
        CategoryPrefix ClientFeatureSet ContractPrefix CurrencySymbol DateFormatString
        DateSeparator DecimalSymbol DefaultCountryCode DefaultCrmCustomName DefaultEmailSettings
        DefaultThemeData DisabledReason ExternalBaseUrl ExternalPartyCorrelationKeys
        ExternalPartyEntitySettings FeatureSet FiscalPeriodFormat FiscalYearFormat
        FiscalYearPeriodConnect GlobalHelpUrl HashFilterKeywords HighContrastThemeData
        InitialVersion InvoicePrefix IsPDFGenerationEnabled KaPrefix KbPrefix KMSettings
        MicrosoftFlowEnvironment NumberFormat NumberGroupFormat NumberSeparator
        OfficeGraphDelveUrl OrderPrefix OrgDbOrgSettings ParsedTableColumnPrefix
        ParsedTablePrefix Picture PMDesignator PostMessageWhitelistDomains PrivacyStatementUrl
        PrivReportingGroupName QuotePrefix ReportingGroupName SchemaNamePrefix
        SignupOutlookDownloadFWLink SlaPauseStates SocialInsightsInstance SqlAccessGroupName
        TimeFormatString TimeSeparator TokenKey TrackingPrefix V3CalloutConfigHash
        WebResourceHash WidgetProperties YammerNetworkPermalink`,
    ),
    ...each(
      (name) => bool(name),
      `
        AllowAddressBookSyncs AllowAutoResponseCreation AllowAutoUnsubscribe
        AllowAutoUnsubscribeAcknowledgement AllowClientMessageBarAd AllowEntityOnlyAudit
        AllowMarketingEmailExecution AllowOfflineScheduledSyncs AllowOutlookScheduledSyncs
        AllowUnresolvedPartiesOnEmailSend AllowUserFormModePreference
        AllowUsersSeeAppdownloadMessage AllowWebExcelExport AppDesignerExperienceEnabled
        AppointmentRichEditorExperience AutoApplyDefaultonCaseCreate
        AutoApplyDefaultonCaseUpdate AutoApplySLA BoundDashboardDefaultCardExpanded
        CascadeStatusUpdate CortanaProactiveExperienceEnabled
        CreateProductsWithoutParentInActiveState DisableSocialCare DisplayNavigationTour
        EmailCorrelationEnabled EnableBingMapsIntegration EnableImmersiveSkypeIntegration
        EnableLPAuthoring EnableMicrosoftFlowIntegration EnablePricingOnCreate
        EnableSmartMatching EnforceReadOnlyPlugins GenerateAlertsForErrors
        GenerateAlertsForInformation GenerateAlertsForWarnings GetStartedPaneContentEnabled
        GlobalAppendUrlParametersEnabled GlobalHelpUrlEnabled GrantAccessToNetworkService
        IgnoreInternalEmail InactivityTimeoutEnabled IsActionCardEnabled
        IsActionSupportFeatureEnabled IsActivityAnalysisEnabled IsAppMode
        IsAppointmentAttachmentSyncEnabled IsAssignedTasksSyncEnabled IsAuditEnabled
        IsAutoDataCaptureEnabled IsAutoSaveEnabled IsBPFEntityCustomizationFeatureEnabled
        IsConflictDetectionEnabledForMobileClient IsContactMailingAddressSyncEnabled
        IsDefaultCountryCodeCheckEnabled IsDelegateAccessEnabled
        IsDelveActionHubIntegrationEnabled IsDisabled IsDuplicateDetectionEnabled
        IsDuplicateDetectionEnabledForImport IsDuplicateDetectionEnabledForOfflineSync
        IsDuplicateDetectionEnabledForOnlineCreateUpdate IsEmailMonitoringAllowed
        IsEmailServerProfileContentFilteringEnabled IsEnabledForAllRoles
        IsExternalFileStorageEnabled IsExternalSearchIndexEnabled IsFiscalPeriodMonthBased
        IsFolderAutoCreatedonSP IsFolderBasedTrackingEnabled IsFullTextSearchEnabled
        IsHierarchicalSecurityModelEnabled IsMailboxForcedUnlockingEnabled
        IsMailboxInactiveBackoffEnabled IsMobileClientOnDemandSyncEnabled IsMobileOfflineEnabled
        IsNotesAnalysisEnabled IsOfficeGraphEnabled IsOneDriveEnabled IsPresenceEnabled
        IsPreviewEnabledForActionCard IsPreviewForAutoCaptureEnabled
        IsPreviewForEmailMonitoringAllowed IsReadAuditEnabled IsRelationshipInsightsEnabled
        IsResourceBookingExchangeSyncEnabled IsSOPIntegrationEnabled IsTextWrapEnabled
        IsUserAccessAuditEnabled NotifyMailboxOwnerOfEmailServerLevelAlerts
        OfficeAppsAutoDeploymentEnabled OOBPriceCalculationEnabled OrgInsightsEnabled
        PowerBiFeatureEnabled ProductRecommendationsEnabled QuickFindRecordLimitEnabled
        RenderSecureIFrameForEmail RequireApprovalForQueueEmail RequireApprovalForUserEmail
        ResolveSimilarUnresolvedEmailAddress RestrictStatusUpdate
        ServeStaticResourcesFromAzureCDN SessionTimeoutEnabled ShareToPreviousOwnerOnAssign
        ShowKBArticleDeprecationNotification ShowWeekNumber SocialInsightsEnabled
        SocialInsightsTermsAccepted SQMEnabled SuppressSLA SyncOptInSelection
        TaskBasedFlowEnabled TextAnalyticsEnabled UnresolveEmailAddressIfMultipleMatch
        UseInbuiltRuleForDefaultPricelistSelection UseLegacyRendering UsePositionHierarchy
        UseReadForm UseSkypeProtocol YammerOAuthAccessTokenExpired`,
    ),
    ...each(
      (name) => int(name),
      `
        BaseCurrencyPrecision CalendarType CurrencyDecimalPrecision CurrencyDisplayOption
        CurrencyFormatCode CurrentImportSequenceNumber CurrentParsedTableNumber DateFormatCode
        DaysSinceRecordLastModifiedMaxValue DefaultRecurrenceEndRangeType
        DiscountCalculationMethod EmailConnectionChannel EmailSendPollingPeriod
        ExpireChangeTrackingInDays ExpireSubscriptionsInDays FiscalPeriodFormatPeriod
        FiscalPeriodType FiscalYearDisplayCode FiscalYearFormatPrefix FiscalYearFormatSuffix
        FiscalYearFormatYear FullNameConventionCode FutureExpansionWindow GoalRollupExpiryTime
        GoalRollupFrequency HashDeltaSubjectCount HashMaxCount HashMinAddressCount
        InactivityTimeoutInMins InactivityTimeoutReminderInMins
        IncomingEmailExchangeEmailRetrievalBatchSize LanguageCode LocaleId LongDateFormatCode
        MailboxIntermittentIssueMinRange MailboxPermanentIssueMinRange MaxActionStepsInBPF
        MaxAppointmentDurationDays MaxConditionsForMobileOfflineFilters
        MaxDepthForHierarchicalSecurityModel MaxFolderBasedTrackingMappings
        MaximumActiveBusinessProcessFlowsAllowedPerEntity MaximumDynamicPropertiesAllowed
        MaximumEntitiesWithActiveSLA MaximumSLAKPIPerEntityWithActiveSLA MaximumTrackingNumber
        MaxProductsInBundle MaxRecordsForExportToExcel MaxRecordsForLookupFilters
        MaxSupportedInternetExplorerVersion MaxUploadFileSize MaxVerboseLoggingMailbox
        MaxVerboseLoggingSyncCycles MinAddressBookSyncInterval MinOfflineSyncInterval
        MinOutlookSyncInterval MobileOfflineMinLicenseProd MobileOfflineMinLicenseTrial
        MobileOfflineSyncInterval NegativeCurrencyFormatCode NegativeFormatCode
        NextTrackingNumber OrganizationState PastExpansionWindow PinpointLanguageCode
        PricingDecimalPrecision RecurrenceDefaultNumberOfOccurrences
        RecurrenceExpansionJobBatchInterval RecurrenceExpansionJobBatchSize
        RecurrenceExpansionSynchCreateMax ReportScriptErrors RiErrorStatus SchedulingEngine
        SessionTimeoutInMins SessionTimeoutReminderInMins SharePointDeploymentType SortId
        SyncOptInSelectionStatus TagMaxAggressiveCycles TagPollingPeriod TimeFormatCode
        TimeZoneRuleVersionNumber TokenExpiry TrackingTokenIdBase TrackingTokenIdDigits
        UniqueSpecifierLength UserAccessAuditingInterval UTCConversionTimeZoneCode
        WeekStartDayCode YammerGroupId YammerPostMethod YearStartWeekCode`,
    ),
    ...each(
      (name) => guid(name),
      `
        BusinessClosureCalendarId DelegatedAdminUserId IntegrationUserId PrivilegeUserGroupId
        PrivReportingGroupId ReportingGroupId SampleDataImportId SqlAccessGroupId SupportUserId
        SystemUserId UserGroupId`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        EntityImage_Timestamp VersionNumber`,
    ),
    ...each(
      (name) => text(name, 4000, { access: 'R' }),
      `
        EntityImage_URL`,
    ),
    ...each(
      (name) => guid(name, { access: 'R' }),
      `
        EntityImageId`,
    ),
    ...each(
      (name) => datetime(name),
      `
        FiscalCalendarStart`,
    ),
    ...audit({
      createdBy: 'lk_organizationbase_createdby',
      createdOnBehalfBy: 'lk_organization_createdonbehalfby',
      modifiedBy: 'lk_organizationbase_modifiedby',
      modifiedOnBehalfBy: 'lk_organization_modifiedonbehalfby',
    }),
  ],
};

const systemUser: TableSource = {
  schemaName: 'SystemUser',
  set: 'systemusers',
  label: 'User',
  collectionLabel: 'Users',
  objectTypeCode: 8,
  primaryName: 'fullname',
  access: { delete: false },
  ownership: 'none',
  columns: [
    key('SystemUserId'),
    lookup('BusinessUnitId', [
      to('businessunit', 'businessunitid', 'business_unit_system_users', 'restrict'),
    ]),
    lookup('CalendarId', []),
    lookup('DefaultMailbox', []),
    lookup('MobileOfflineProfileId', []),
    lookup('ParentSystemUserId', [to('systemuser', 'parentsystemuserid', 'user_parent_user', 'none')]),
    lookup('PositionId', []),
    lookup('QueueId', [to('queue', 'queueid', 'queue_system_user', 'none')]),
    lookup('SiteId', []),
    lookup('TerritoryId', []),
    lookup('TransactionCurrencyId', [
      to('transactioncurrency', 'transactioncurrencyid', 'transactioncurrency_systemuser', 'none'),
    ]),
    choice('AccessMode', accessMode),
    text('DomainName', 1024),
    text('FirstName', 256),
    text('FullName', 200, { access: 'R' }),
    text('InternalEMailAddress', 100),
    text('LastName', 256),
    ...each(
      (name) => guid(name),
      `
        Address1_AddressId Address2_AddressId ApplicationId AzureActiveDirectoryObjectId
        ProcessId StageId`,
    ),
    ...each(
      (name) => int(name),
      `
        Address1_AddressTypeCode Address1_ShippingMethodCode Address1_UTCOffset
        Address2_AddressTypeCode Address2_ShippingMethodCode Address2_UTCOffset CALType
        EmailRouterAccessApproval IdentityId ImportSequenceNumber IncomingEmailDeliveryMethod
        InviteStatusCode OutgoingEmailDeliveryMethod PassportHi PassportLo PreferredAddressCode
        PreferredEmailCode PreferredPhoneCode TimeZoneRuleVersionNumber UserLicenseType
        UTCConversionTimeZoneCode`,
    ),
    ...each(
      (name) => text(name, 4000),
      `
        Address1_City Address1_Composite Address1_Country Address1_County Address1_Fax
        Address1_Line1 Address1_Line2 Address1_Line3 Address1_Name Address1_PostalCode
        Address1_PostOfficeBox Address1_StateOrProvince Address1_Telephone1 Address1_Telephone2
        Address1_Telephone3 Address1_UPSZone Address2_City Address2_Composite Address2_Country
        Address2_County Address2_Fax Address2_Line1 Address2_Line2 Address2_Line3 Address2_Name
        Address2_PostalCode Address2_PostOfficeBox Address2_StateOrProvince Address2_Telephone1
        Address2_Telephone2 Address2_Telephone3 Address2_UPSZone ApplicationIdUri
        DefaultOdbFolderName DisabledReason EmployeeId GovernmentId HomePhone JobTitle
        MiddleName MobileAlertEMail MobilePhone NickName PersonalEMailAddress PhotoUrl
        Salutation SharePointEmailAddress Skills Title TraversedPath WindowsLiveID
        YammerEmailAddress YammerUserId YomiFirstName YomiFullName YomiLastName YomiMiddleName`,
    ),
    ...each(
      (name) => double(name, 5),
      `
        Address1_Latitude Address1_Longitude Address2_Latitude Address2_Longitude`,
    ),
    ...each(
      (name) => bool(name),
      `
        DefaultFiltersPopulated DisplayInServiceViews IsDisabled
        IsEmailAddressApprovedByO365Admin IsIntegrationUser IsLicensed msdyn_gdproptout
        SetupUser`,
    ),
    ...each(
      (name) => big(name, { access: 'R' }),
      `
        EntityImage_Timestamp VersionNumber`,
    ),
    ...each(
      (name) => text(name, 4000, { access: 'R' }),
      `
        EntityImage_URL`,
    ),
    ...each(
      (name) => guid(name, { access: 'R' }),
      `
        EntityImageId OrganizationId`,
    ),
    ...each(
      (name) => decimal(name, 10),
      `
        ExchangeRate`,
    ),
    ...each(
      (name) => bool(name, { access: 'R' }),
      `
        IsSyncWithDirectory`,
    ),
    ...each(
      (name) => datetime(name),
      `
        OverriddenCreatedOn`,
    ),
    ...audit({
      createdBy: 'lk_systemuserbase_createdby',
      createdOnBehalfBy: 'lk_systemuser_createdonbehalfby',
      modifiedBy: 'lk_systemuserbase_modifiedby',
      modifiedOnBehalfBy: 'lk_systemuser_modifiedonbehalfby',
    }),
  ],
};

/** Solutions, plug-ins, the organization and its users: columns as the published metadata has them. */
export const platformTables: readonly TableSource[] = [
  solution,
  solutionComponent,
  publisher,
  pluginAssembly,
  pluginType,
  organization,
  systemUser,
];
