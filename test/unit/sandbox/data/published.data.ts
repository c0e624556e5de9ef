/* eslint-disable max-lines -- a table of data: splitting it would only hide it */
/** What a real service published about a table, as far as the sandbox has it. */
export interface PublishedTable {
  readonly set: string;
  readonly key: string;
  /** Property names by type. */
  readonly properties: Readonly<Partial<Record<PublishedType, readonly string[]>>>;
  /** `navigation>table` */
  readonly single: readonly string[];
  /** `navigation>table.partner` */
  readonly collections: readonly string[];
}

/** S Edm.String, I Int32, L Int64, G Guid, B Boolean, T DateTimeOffset, D Double, M Decimal, X Binary, P BooleanManagedProperty. */
export type PublishedType = 'S' | 'I' | 'L' | 'G' | 'B' | 'T' | 'D' | 'M' | 'X' | 'P';

const words = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

/** Names and types of a published `$metadata` document (Dynamics 365 9.x of 2022; bcgov/embc-ess-mod, Apache-2.0). */
export const published: Readonly<Record<string, PublishedTable>> = {
  serviceendpoint: {
    set: 'serviceendpoints',
    key: 'serviceendpointid',
    properties: {
      B: words(`
      isauthvalueset ismanaged issaskeyset issastokenset`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value serviceendpointid serviceendpointidunique solutionid`),
      I: words(`
      authtype componentstate connectionmode contract messageformat namespaceformat userclaim`),
      P: words(`
      iscustomizable`),
      S: words(`
      authvalue description introducedversion name namespaceaddress path saskey saskeyname sastoken
      solutionnamespace url`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization`),
    collections: words(`
      serviceendpoint_sdkmessageprocessingstep>sdkmessageprocessingstep.eventhandler_serviceendpoint`),
  },
  sdkmessageprocessingstep: {
    set: 'sdkmessageprocessingsteps',
    key: 'sdkmessageprocessingstepid',
    properties: {
      B: words(`
      asyncautodelete canusereadonlyconnection ismanaged`),
      G: words(`
      _createdby_value _createdonbehalfby_value _eventhandler_value _impersonatinguserid_value
      _modifiedby_value _modifiedonbehalfby_value _organizationid_value _sdkmessagefilterid_value
      _sdkmessageid_value _sdkmessageprocessingstepsecureconfigid_value sdkmessageprocessingstepid
      sdkmessageprocessingstepidunique solutionid`),
      I: words(`
      componentstate customizationlevel mode rank stage statecode statuscode supporteddeployment`),
      L: words(`
      versionnumber`),
      P: words(`
      iscustomizable ishidden`),
      S: words(`
      configuration description eventexpander filteringattributes introducedversion name`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser eventhandler_plugintype>plugintype
      eventhandler_serviceendpoint>serviceendpoint impersonatinguserid>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization plugintypeid>plugintype
      sdkmessagefilterid>sdkmessagefilter sdkmessageid>sdkmessage
      sdkmessageprocessingstepsecureconfigid>sdkmessageprocessingstepsecureconfig`),
    collections: words(`
      SdkMessageProcessingStep_AsyncOperations>asyncoperation.owningextensionid
      sdkmessageprocessingstepid_sdkmessageprocessingstepimage>sdkmessageprocessingstepimage.sdkmessageprocessingstepid`),
  },
  sdkmessageprocessingstepimage: {
    set: 'sdkmessageprocessingstepimages',
    key: 'sdkmessageprocessingstepimageid',
    properties: {
      B: words(`
      ismanaged`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value _sdkmessageprocessingstepid_value sdkmessageprocessingstepimageid
      sdkmessageprocessingstepimageidunique solutionid`),
      I: words(`
      componentstate customizationlevel imagetype`),
      L: words(`
      versionnumber`),
      P: words(`
      iscustomizable`),
      S: words(`
      attributes description entityalias introducedversion messagepropertyname name relatedattributename`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization
      sdkmessageprocessingstepid>sdkmessageprocessingstep`),
    collections: words(''),
  },
  sdkmessageprocessingstepsecureconfig: {
    set: 'sdkmessageprocessingstepsecureconfigs',
    key: 'sdkmessageprocessingstepsecureconfigid',
    properties: {
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value sdkmessageprocessingstepsecureconfigid
      sdkmessageprocessingstepsecureconfigidunique`),
      I: words(`
      customizationlevel`),
      S: words(`
      secureconfig`),
      T: words(`
      createdon modifiedon`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization`),
    collections: words(`
      sdkmessageprocessingstepsecureconfigid_sdkmessageprocessingstep>sdkmessageprocessingstep.sdkmessageprocessingstepsecureconfigid`),
  },
  sdkmessage: {
    set: 'sdkmessages',
    key: 'sdkmessageid',
    properties: {
      B: words(`
      autotransact expand isactive ismanaged isprivate isreadonly isvalidforexecuteasync template
      workflowsdkstepenabled`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value sdkmessageid sdkmessageidunique solutionid`),
      I: words(`
      availability componentstate customizationlevel`),
      L: words(`
      versionnumber`),
      S: words(`
      categoryname introducedversion name throttlesettings`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization`),
    collections: words(`
      sdkmessageid_sdkmessagefilter>sdkmessagefilter.sdkmessageid
      sdkmessageid_sdkmessageprocessingstep>sdkmessageprocessingstep.sdkmessageid`),
  },
  sdkmessagefilter: {
    set: 'sdkmessagefilters',
    key: 'sdkmessagefilterid',
    properties: {
      B: words(`
      iscustomprocessingstepallowed ismanaged isvisible workflowsdkstepenabled`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value _sdkmessageid_value sdkmessagefilterid sdkmessagefilteridunique solutionid`),
      I: words(`
      availability componentstate customizationlevel restrictionlevel`),
      L: words(`
      versionnumber`),
      S: words(`
      introducedversion primaryobjecttypecode secondaryobjecttypecode`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization sdkmessageid>sdkmessage`),
    collections: words(`
      sdkmessagefilterid_sdkmessageprocessingstep>sdkmessageprocessingstep.sdkmessagefilterid`),
  },
  asyncoperation: {
    set: 'asyncoperations',
    key: 'asyncoperationid',
    properties: {
      B: words(`
      iswaitingforevent`),
      D: words(`
      executiontimespan`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _ownerid_value _owningbusinessunit_value _owningextensionid_value _owningteam_value
      _owninguser_value _regardingobjectid_value _workflowactivationid_value asyncoperationid
      correlationid parentpluginexecutionid requestid`),
      I: words(`
      depth errorcode operationtype retrycount statecode statuscode subtype timezoneruleversionnumber
      utcconversiontimezonecode`),
      L: words(`
      sequence`),
      S: words(`
      data dependencytoken friendlymessage hostid message messagename name primaryentitytype
      recurrencepattern rootexecutioncontext workflowstagename`),
      T: words(`
      completedon correlationupdatedtime createdon modifiedon postponeuntil recurrencestarttime
      startedon`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser ownerid>principal owningextensionid>sdkmessageprocessingstep
      owninguser>systemuser regardingobjectid_organization>organization
      regardingobjectid_systemuser>systemuser`),
    collections: words(''),
  },
  plugintracelog: {
    set: 'plugintracelogs',
    key: 'plugintracelogid',
    properties: {
      B: words(`
      issystemcreated`),
      G: words(`
      _createdby_value _createdonbehalfby_value correlationid organizationid persistencekey pluginstepid
      plugintracelogid requestid`),
      I: words(`
      depth mode operationtype performanceconstructorduration performanceexecutionduration`),
      S: words(`
      configuration exceptiondetails messageblock messagename primaryentity profile secureconfiguration
      typename`),
      T: words(`
      createdon performanceconstructorstarttime performanceexecutionstarttime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser`),
    collections: words(''),
  },
  solution: {
    set: 'solutions',
    key: 'solutionid',
    properties: {
      B: words(`
      ismanaged isvisible`),
      G: words(`
      _configurationpageid_value _createdby_value _createdonbehalfby_value _modifiedby_value
      _modifiedonbehalfby_value _organizationid_value _parentsolutionid_value _publisherid_value
      solutionid`),
      I: words(`
      solutiontype`),
      L: words(`
      pinpointpublisherid pinpointsolutionid versionnumber`),
      S: words(`
      description friendlyname pinpointassetid pinpointsolutiondefaultlocale solutionpackageversion
      uniquename version`),
      T: words(`
      createdon installedon modifiedon updatedon`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization parentsolutionid>solution
      publisherid>publisher`),
    collections: words(`
      solution_parent_solution>solution.parentsolutionid
      solution_solutioncomponent>solutioncomponent.solutionid`),
  },
  solutioncomponent: {
    set: 'solutioncomponents',
    key: 'solutioncomponentid',
    properties: {
      B: words(`
      ismetadata`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _solutionid_value objectid rootsolutioncomponentid solutioncomponentid`),
      I: words(`
      componenttype rootcomponentbehavior`),
      L: words(`
      versionnumber`),
      T: words(`
      createdon modifiedon`),
    },
    single: words(`
      createdonbehalfby>systemuser modifiedonbehalfby>systemuser
      rootsolutioncomponentid_solutioncomponent>solutioncomponent solutionid>solution`),
    collections: words(`
      solutioncomponent_parent_solutioncomponent>solutioncomponent.rootsolutioncomponentid_solutioncomponent`),
  },
  publisher: {
    set: 'publishers',
    key: 'publisherid',
    properties: {
      B: words(`
      isreadonly`),
      D: words(`
      address1_latitude address1_longitude address2_latitude address2_longitude`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value address1_addressid address2_addressid entityimageid publisherid`),
      I: words(`
      address1_addresstypecode address1_shippingmethodcode address1_utcoffset address2_addresstypecode
      address2_shippingmethodcode address2_utcoffset customizationoptionvalueprefix`),
      L: words(`
      entityimage_timestamp pinpointpublisherid versionnumber`),
      S: words(`
      address1_city address1_country address1_county address1_fax address1_line1 address1_line2
      address1_line3 address1_name address1_postalcode address1_postofficebox address1_stateorprovince
      address1_telephone1 address1_telephone2 address1_telephone3 address1_upszone address2_city
      address2_country address2_county address2_fax address2_line1 address2_line2 address2_line3
      address2_name address2_postalcode address2_postofficebox address2_stateorprovince
      address2_telephone1 address2_telephone2 address2_telephone3 address2_upszone customizationprefix
      description emailaddress entityimage_url friendlyname pinpointpublisherdefaultlocale
      supportingwebsiteurl uniquename`),
      T: words(`
      createdon modifiedon`),
      X: words(`
      entityimage`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization`),
    collections: words(`
      publisher_solution>solution.publisherid`),
  },
  organization: {
    set: 'organizations',
    key: 'organizationid',
    properties: {
      B: words(`
      allowaddressbooksyncs allowautoresponsecreation allowautounsubscribe
      allowautounsubscribeacknowledgement allowclientmessagebarad allowentityonlyaudit
      allowmarketingemailexecution allowofflinescheduledsyncs allowoutlookscheduledsyncs
      allowunresolvedpartiesonemailsend allowuserformmodepreference allowusersseeappdownloadmessage
      allowwebexcelexport appdesignerexperienceenabled appointmentricheditorexperience
      autoapplydefaultoncasecreate autoapplydefaultoncaseupdate autoapplysla
      bounddashboarddefaultcardexpanded cascadestatusupdate cortanaproactiveexperienceenabled
      createproductswithoutparentinactivestate disablesocialcare displaynavigationtour
      emailcorrelationenabled enablebingmapsintegration enableimmersiveskypeintegration
      enablelpauthoring enablemicrosoftflowintegration enablepricingoncreate enablesmartmatching
      enforcereadonlyplugins generatealertsforerrors generatealertsforinformation
      generatealertsforwarnings getstartedpanecontentenabled globalappendurlparametersenabled
      globalhelpurlenabled grantaccesstonetworkservice ignoreinternalemail inactivitytimeoutenabled
      isactioncardenabled isactionsupportfeatureenabled isactivityanalysisenabled isappmode
      isappointmentattachmentsyncenabled isassignedtaskssyncenabled isauditenabled
      isautodatacaptureenabled isautosaveenabled isbpfentitycustomizationfeatureenabled
      isconflictdetectionenabledformobileclient iscontactmailingaddresssyncenabled
      isdefaultcountrycodecheckenabled isdelegateaccessenabled isdelveactionhubintegrationenabled
      isdisabled isduplicatedetectionenabled isduplicatedetectionenabledforimport
      isduplicatedetectionenabledforofflinesync isduplicatedetectionenabledforonlinecreateupdate
      isemailmonitoringallowed isemailserverprofilecontentfilteringenabled isenabledforallroles
      isexternalfilestorageenabled isexternalsearchindexenabled isfiscalperiodmonthbased
      isfolderautocreatedonsp isfolderbasedtrackingenabled isfulltextsearchenabled
      ishierarchicalsecuritymodelenabled ismailboxforcedunlockingenabled ismailboxinactivebackoffenabled
      ismobileclientondemandsyncenabled ismobileofflineenabled isnotesanalysisenabled
      isofficegraphenabled isonedriveenabled ispresenceenabled ispreviewenabledforactioncard
      ispreviewforautocaptureenabled ispreviewforemailmonitoringallowed isreadauditenabled
      isrelationshipinsightsenabled isresourcebookingexchangesyncenabled issopintegrationenabled
      istextwrapenabled isuseraccessauditenabled notifymailboxownerofemailserverlevelalerts
      officeappsautodeploymentenabled oobpricecalculationenabled orginsightsenabled
      powerbifeatureenabled productrecommendationsenabled quickfindrecordlimitenabled
      rendersecureiframeforemail requireapprovalforqueueemail requireapprovalforuseremail
      resolvesimilarunresolvedemailaddress restrictstatusupdate servestaticresourcesfromazurecdn
      sessiontimeoutenabled sharetopreviousowneronassign showkbarticledeprecationnotification
      showweeknumber socialinsightsenabled socialinsightstermsaccepted sqmenabled suppresssla
      syncoptinselection taskbasedflowenabled textanalyticsenabled unresolveemailaddressifmultiplematch
      useinbuiltrulefordefaultpricelistselection uselegacyrendering usepositionhierarchy usereadform
      useskypeprotocol yammeroauthaccesstokenexpired`),
      G: words(`
      _acknowledgementtemplateid_value _basecurrencyid_value _createdby_value _createdonbehalfby_value
      _defaultemailserverprofileid_value _defaultmobileofflineprofileid_value _modifiedby_value
      _modifiedonbehalfby_value businessclosurecalendarid delegatedadminuserid entityimageid
      integrationuserid organizationid privilegeusergroupid privreportinggroupid reportinggroupid
      sampledataimportid sqlaccessgroupid supportuserid systemuserid usergroupid`),
      I: words(`
      basecurrencyprecision calendartype currencydecimalprecision currencydisplayoption
      currencyformatcode currentimportsequencenumber currentparsedtablenumber dateformatcode
      dayssincerecordlastmodifiedmaxvalue defaultrecurrenceendrangetype discountcalculationmethod
      emailconnectionchannel emailsendpollingperiod expirechangetrackingindays expiresubscriptionsindays
      fiscalperiodformatperiod fiscalperiodtype fiscalyeardisplaycode fiscalyearformatprefix
      fiscalyearformatsuffix fiscalyearformatyear fullnameconventioncode futureexpansionwindow
      goalrollupexpirytime goalrollupfrequency hashdeltasubjectcount hashmaxcount hashminaddresscount
      inactivitytimeoutinmins inactivitytimeoutreminderinmins
      incomingemailexchangeemailretrievalbatchsize languagecode localeid longdateformatcode
      mailboxintermittentissueminrange mailboxpermanentissueminrange maxactionstepsinbpf
      maxappointmentdurationdays maxconditionsformobileofflinefilters
      maxdepthforhierarchicalsecuritymodel maxfolderbasedtrackingmappings
      maximumactivebusinessprocessflowsallowedperentity maximumdynamicpropertiesallowed
      maximumentitieswithactivesla maximumslakpiperentitywithactivesla maximumtrackingnumber
      maxproductsinbundle maxrecordsforexporttoexcel maxrecordsforlookupfilters
      maxsupportedinternetexplorerversion maxuploadfilesize maxverboseloggingmailbox
      maxverboseloggingsynccycles minaddressbooksyncinterval minofflinesyncinterval
      minoutlooksyncinterval mobileofflineminlicenseprod mobileofflineminlicensetrial
      mobileofflinesyncinterval negativecurrencyformatcode negativeformatcode nexttrackingnumber
      organizationstate pastexpansionwindow pinpointlanguagecode plugintracelogsetting
      pricingdecimalprecision recurrencedefaultnumberofoccurrences recurrenceexpansionjobbatchinterval
      recurrenceexpansionjobbatchsize recurrenceexpansionsynchcreatemax reportscripterrors rierrorstatus
      schedulingengine sessiontimeoutinmins sessiontimeoutreminderinmins sharepointdeploymenttype sortid
      syncoptinselectionstatus tagmaxaggressivecycles tagpollingperiod timeformatcode
      timezoneruleversionnumber tokenexpiry trackingtokenidbase trackingtokeniddigits
      uniquespecifierlength useraccessauditinginterval utcconversiontimezonecode weekstartdaycode
      yammergroupid yammerpostmethod yearstartweekcode`),
      L: words(`
      entityimage_timestamp versionnumber`),
      S: words(`
      aciwebendpointurl amdesignator azureschedulerjobcollectionname basecurrencysymbol bingmapsapikey
      blockedattachments bulkoperationprefix campaignprefix caseprefix categoryprefix clientfeatureset
      contractprefix currencysymbol dateformatstring dateseparator decimalsymbol defaultcountrycode
      defaultcrmcustomname defaultemailsettings defaultthemedata disabledreason entityimage_url
      externalbaseurl externalpartycorrelationkeys externalpartyentitysettings featureset
      fiscalperiodformat fiscalyearformat fiscalyearperiodconnect globalhelpurl hashfilterkeywords
      highcontrastthemedata initialversion invoiceprefix ispdfgenerationenabled kaprefix kbprefix
      kmsettings microsoftflowenvironment name numberformat numbergroupformat numberseparator
      officegraphdelveurl orderprefix orgdborgsettings parsedtablecolumnprefix parsedtableprefix picture
      pmdesignator postmessagewhitelistdomains privacystatementurl privreportinggroupname quoteprefix
      reportinggroupname schemanameprefix signupoutlookdownloadfwlink slapausestates
      socialinsightsinstance sqlaccessgroupname timeformatstring timeseparator tokenkey trackingprefix
      v3calloutconfighash webresourcehash widgetproperties yammernetworkpermalink`),
      T: words(`
      createdon fiscalcalendarstart modifiedon`),
      X: words(`
      entityimage`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser`),
    collections: words(`
      Organization_AsyncOperations>asyncoperation.regardingobjectid_organization
      organization_pluginassembly>pluginassembly.organizationid
      organization_plugintype>plugintype.organizationid organization_publisher>publisher.organizationid
      organization_sdkmessage>sdkmessage.organizationid
      organization_sdkmessagefilter>sdkmessagefilter.organizationid
      organization_sdkmessageprocessingstep>sdkmessageprocessingstep.organizationid
      organization_sdkmessageprocessingstepimage>sdkmessageprocessingstepimage.organizationid
      organization_sdkmessageprocessingstepsecureconfig>sdkmessageprocessingstepsecureconfig.organizationid
      organization_serviceendpoint>serviceendpoint.organizationid
      organization_solution>solution.organizationid
      organization_system_users>systemuser.organizationid_organization`),
  },
  plugintype: {
    set: 'plugintypes',
    key: 'plugintypeid',
    properties: {
      B: words(`
      ismanaged isworkflowactivity`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value _pluginassemblyid_value plugintypeid plugintypeidunique solutionid`),
      I: words(`
      componentstate customizationlevel major minor`),
      L: words(`
      versionnumber`),
      S: words(`
      assemblyname culture customworkflowactivityinfo description friendlyname name publickeytoken
      typename version workflowactivitygroupname`),
      T: words(`
      createdon modifiedon overwritetime`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization pluginassemblyid>pluginassembly`),
    collections: words(`
      plugintype_sdkmessageprocessingstep>sdkmessageprocessingstep.eventhandler_plugintype
      plugintypeid_sdkmessageprocessingstep>sdkmessageprocessingstep.plugintypeid`),
  },
  pluginassembly: {
    set: 'pluginassemblies',
    key: 'pluginassemblyid',
    properties: {
      B: words(`
      ismanaged ispasswordset`),
      G: words(`
      _createdby_value _createdonbehalfby_value _modifiedby_value _modifiedonbehalfby_value
      _organizationid_value pluginassemblyid pluginassemblyidunique solutionid`),
      I: words(`
      authtype componentstate customizationlevel isolationmode major minor sourcetype`),
      L: words(`
      versionnumber`),
      P: words(`
      iscustomizable ishidden`),
      S: words(`
      content culture description introducedversion name password path publickeytoken sourcehash url
      username version`),
      T: words(`
      createdon modifiedon overwritetime`),
      X: words(`
      content_binary`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid>organization`),
    collections: words(`
      pluginassembly_plugintype>plugintype.pluginassemblyid`),
  },
  systemuser: {
    set: 'systemusers',
    key: 'ownerid',
    properties: {
      B: words(`
      defaultfilterspopulated displayinserviceviews isdisabled isemailaddressapprovedbyo365admin
      isintegrationuser islicensed issyncwithdirectory msdyn_gdproptout setupuser`),
      D: words(`
      address1_latitude address1_longitude address2_latitude address2_longitude`),
      G: words(`
      _businessunitid_value _calendarid_value _createdby_value _createdonbehalfby_value
      _defaultmailbox_value _mobileofflineprofileid_value _modifiedby_value _modifiedonbehalfby_value
      _parentsystemuserid_value _positionid_value _queueid_value _siteid_value _territoryid_value
      _transactioncurrencyid_value address1_addressid address2_addressid applicationid
      azureactivedirectoryobjectid entityimageid organizationid processid stageid systemuserid`),
      I: words(`
      accessmode address1_addresstypecode address1_shippingmethodcode address1_utcoffset
      address2_addresstypecode address2_shippingmethodcode address2_utcoffset caltype
      emailrouteraccessapproval identityid importsequencenumber incomingemaildeliverymethod
      invitestatuscode outgoingemaildeliverymethod passporthi passportlo preferredaddresscode
      preferredemailcode preferredphonecode timezoneruleversionnumber userlicensetype
      utcconversiontimezonecode`),
      L: words(`
      entityimage_timestamp versionnumber`),
      M: words(`
      exchangerate`),
      S: words(`
      address1_city address1_composite address1_country address1_county address1_fax address1_line1
      address1_line2 address1_line3 address1_name address1_postalcode address1_postofficebox
      address1_stateorprovince address1_telephone1 address1_telephone2 address1_telephone3
      address1_upszone address2_city address2_composite address2_country address2_county address2_fax
      address2_line1 address2_line2 address2_line3 address2_name address2_postalcode
      address2_postofficebox address2_stateorprovince address2_telephone1 address2_telephone2
      address2_telephone3 address2_upszone applicationiduri defaultodbfoldername disabledreason
      domainname employeeid entityimage_url firstname fullname governmentid homephone
      internalemailaddress jobtitle lastname middlename mobilealertemail mobilephone nickname
      personalemailaddress photourl salutation sharepointemailaddress skills title traversedpath
      windowsliveid yammeremailaddress yammeruserid yomifirstname yomifullname yomilastname
      yomimiddlename`),
      T: words(`
      createdon modifiedon overriddencreatedon`),
      X: words(`
      entityimage`),
    },
    single: words(`
      createdby>systemuser createdonbehalfby>systemuser modifiedby>systemuser
      modifiedonbehalfby>systemuser organizationid_organization>organization
      parentsystemuserid>systemuser`),
    collections: words(`
      SystemUser_AsyncOperations>asyncoperation.regardingobjectid_systemuser
      createdby_pluginassembly>pluginassembly.createdby
      createdby_plugintracelog>plugintracelog.createdby createdby_plugintype>plugintype.createdby
      createdby_sdkmessage>sdkmessage.createdby createdby_sdkmessagefilter>sdkmessagefilter.createdby
      createdby_sdkmessageprocessingstep>sdkmessageprocessingstep.createdby
      createdby_sdkmessageprocessingstepimage>sdkmessageprocessingstepimage.createdby
      createdby_sdkmessageprocessingstepsecureconfig>sdkmessageprocessingstepsecureconfig.createdby
      createdby_serviceendpoint>serviceendpoint.createdby
      impersonatinguserid_sdkmessageprocessingstep>sdkmessageprocessingstep.impersonatinguserid
      lk_asyncoperation_createdby>asyncoperation.createdby
      lk_asyncoperation_createdonbehalfby>asyncoperation.createdonbehalfby
      lk_asyncoperation_modifiedby>asyncoperation.modifiedby
      lk_asyncoperation_modifiedonbehalfby>asyncoperation.modifiedonbehalfby
      lk_organization_createdonbehalfby>organization.createdonbehalfby
      lk_organization_modifiedonbehalfby>organization.modifiedonbehalfby
      lk_organizationbase_createdby>organization.createdby
      lk_organizationbase_modifiedby>organization.modifiedby
      lk_pluginassembly_createdonbehalfby>pluginassembly.createdonbehalfby
      lk_pluginassembly_modifiedonbehalfby>pluginassembly.modifiedonbehalfby
      lk_plugintracelogbase_createdonbehalfby>plugintracelog.createdonbehalfby
      lk_plugintype_createdonbehalfby>plugintype.createdonbehalfby
      lk_plugintype_modifiedonbehalfby>plugintype.modifiedonbehalfby
      lk_publisher_createdby>publisher.createdby lk_publisher_modifiedby>publisher.modifiedby
      lk_publisherbase_createdonbehalfby>publisher.createdonbehalfby
      lk_publisherbase_modifiedonbehalfby>publisher.modifiedonbehalfby
      lk_sdkmessage_createdonbehalfby>sdkmessage.createdonbehalfby
      lk_sdkmessage_modifiedonbehalfby>sdkmessage.modifiedonbehalfby
      lk_sdkmessagefilter_createdonbehalfby>sdkmessagefilter.createdonbehalfby
      lk_sdkmessagefilter_modifiedonbehalfby>sdkmessagefilter.modifiedonbehalfby
      lk_sdkmessageprocessingstep_createdonbehalfby>sdkmessageprocessingstep.createdonbehalfby
      lk_sdkmessageprocessingstep_modifiedonbehalfby>sdkmessageprocessingstep.modifiedonbehalfby
      lk_sdkmessageprocessingstepimage_createdonbehalfby>sdkmessageprocessingstepimage.createdonbehalfby
      lk_sdkmessageprocessingstepimage_modifiedonbehalfby>sdkmessageprocessingstepimage.modifiedonbehalfby
      lk_sdkmessageprocessingstepsecureconfig_createdonbehalfby>sdkmessageprocessingstepsecureconfig.createdonbehalfby
      lk_sdkmessageprocessingstepsecureconfig_modifiedonbehalfby>sdkmessageprocessingstepsecureconfig.modifiedonbehalfby
      lk_serviceendpointbase_createdonbehalfby>serviceendpoint.createdonbehalfby
      lk_serviceendpointbase_modifiedonbehalfby>serviceendpoint.modifiedonbehalfby
      lk_solution_createdby>solution.createdby lk_solution_modifiedby>solution.modifiedby
      lk_solutionbase_createdonbehalfby>solution.createdonbehalfby
      lk_solutionbase_modifiedonbehalfby>solution.modifiedonbehalfby
      lk_solutioncomponentbase_createdonbehalfby>solutioncomponent.createdonbehalfby
      lk_solutioncomponentbase_modifiedonbehalfby>solutioncomponent.modifiedonbehalfby
      lk_systemuser_createdonbehalfby>systemuser.createdonbehalfby
      lk_systemuser_modifiedonbehalfby>systemuser.modifiedonbehalfby
      lk_systemuserbase_createdby>systemuser.createdby
      lk_systemuserbase_modifiedby>systemuser.modifiedby
      modifiedby_pluginassembly>pluginassembly.modifiedby modifiedby_plugintype>plugintype.modifiedby
      modifiedby_sdkmessage>sdkmessage.modifiedby
      modifiedby_sdkmessagefilter>sdkmessagefilter.modifiedby
      modifiedby_sdkmessageprocessingstep>sdkmessageprocessingstep.modifiedby
      modifiedby_sdkmessageprocessingstepimage>sdkmessageprocessingstepimage.modifiedby
      modifiedby_sdkmessageprocessingstepsecureconfig>sdkmessageprocessingstepsecureconfig.modifiedby
      modifiedby_serviceendpoint>serviceendpoint.modifiedby
      system_user_asyncoperation>asyncoperation.owninguser
      user_parent_user>systemuser.parentsystemuserid`),
  },
};
