/** Fields of the masters, by Exact's reference of 2025. Notation: see `schema.ts`. */
export const MASTER_FIELDS = {
  Me: `
    UserID:Guid* AccountingDivision:Int32 CurrentDivision:Int32 CustomerCode DivisionCustomer:Guid
    DivisionCustomerCode DivisionCustomerName DivisionCustomerSiretNumber DivisionCustomerVatNumber
    DossierDivision:Int32 Email EmployeeID:Guid FirstName FullName Gender Initials IsClientUser:Boolean
    IsEmployeeSelfServiceUser:Boolean IsMyFirmLiteUser:Boolean IsMyFirmPortalUser:Boolean
    IsOEIMigrationMandatory:Boolean IsStarterUser:Boolean Language LanguageCode LastName Legislation:Int64
    MiddleName Mobile Nationality PackageCode Phone PhoneExtension PictureUrl ServerTime ServerUtcOffset:Double
    ThumbnailPicture:Binary ThumbnailPictureFormat Title UserName`,
  SystemDivisions: `
    Code:Int32* AddressLine1 AddressLine2 AddressLine3 ArchiveDate:DateTime BlockingStatus:Int32 BusinessTypeCode
    BusinessTypeDescription ChamberOfCommerceEstablishment ChamberOfCommerceNumber City Class_01:Collection
    Class_02:Collection Class_03:Collection Class_04:Collection Class_05:Collection CompanySizeCode
    CompanySizeDescription Country Created:DateTime Creator:Guid CreatorFullName Currency Current:Boolean
    Customer:Guid CustomerCode CustomerName DatevAccountantNumber DatevClientNumber Description
    DivisionHRLinkUnlinkDate:DateTime DivisionMoveDate:DateTime Email Fax Hid:Int64 IsDossierDivision:Boolean
    IsHRDivision:Boolean IsMainDivision:Boolean IsPracticeDivision:Boolean Legislation Modified:DateTime
    Modifier:Guid ModifierFullName OBNumber Phone Postcode SbiCode SbiDescription SectorCode SectorDescription
    ShareCapital:Double SiretNumber StartDate:DateTime State Status:Int32 SubsectorCode SubsectorDescription
    TaxOfficeNumber TaxReferenceNumber TemplateCode VATNumber Website`,
  HrmDivisions: `
    Code:Int32* ArchiveDate:DateTime BlockingStatus:Int32 Class_01:Collection Class_02:Collection
    Class_03:Collection Class_04:Collection Class_05:Collection Country CountryDescription Created:DateTime
    Creator:Guid CreatorFullName Currency CurrencyDescription Customer:Guid CustomerCode CustomerName Description
    HID:Int64 Main:Boolean Modified:DateTime Modifier:Guid ModifierFullName OBNumber SiretNumber StartDate:DateTime
    Status:Int16 TaxOfficeNumber TaxReferenceNumber TemplateCode VATNumber Website`,
  Journals: `
    ID:Guid* AllowVariableCurrency:Boolean+ AllowVariableExchangeRate:Boolean+ AllowVAT:Boolean+ AutoSave:Boolean+
    Bank:Guid+ BankAccountBICCode BankAccountCountry BankAccountDescription BankAccountIBAN BankAccountID:Guid+
    BankAccountIncludingMask+ BankAccountUseSEPA:Boolean BankAccountUseSepaDirectDebit:Boolean BankName Code+
    Created:DateTime Creator:Guid CreatorFullName Currency+ CurrencyDescription CustomField Description+
    Division:Int32 GLAccount:Guid+ GLAccountCode GLAccountDescription GLAccountType:Int32 IsBlocked:Boolean+
    Modified:DateTime Modifier:Guid ModifierFullName PaymentInTransitAccount:Guid+ PaymentServiceAccountIdentifier+
    PaymentServiceProvider:Int32+ PaymentServiceProviderName Type:Int32+`,
  GLAccounts: `
    ID:Guid* AllowCostsInSales:Byte+ AssimilatedVATBox:Int16+ BalanceSide+ BalanceType+ BelcotaxType:Int32+ Code!
    Compress:Boolean+ Costcenter+ CostcenterDescription Costunit+ CostunitDescription Created:DateTime Creator:Guid
    CreatorFullName CustomField DeductibilityPercentages:Collection+ Description! DescriptionTermID:Int32+
    Division:Int32 ExcludeVATListing:Byte+ ExpenseNonDeductiblePercentage:Double+ IsBlocked:Boolean+
    Matching:Boolean+ Modified:DateTime Modifier:Guid ModifierFullName PrivateGLAccount:Guid+
    PrivatePercentage:Double+ ReportingCode+ RevalueCurrency:Boolean+ SearchCode+ Type:Int32+ TypeDescription
    UseCostcenter:Byte+ UseCostunit:Byte+ VATCode+ VATDescription VATGLAccountType+ VATNonDeductibleGLAccount:Guid+
    VATNonDeductiblePercentage:Double+ VATSystem+ YearEndCostGLAccount:Guid+ YearEndReflectionGLAccount:Guid+`,
  FinancialPeriods: `
    ID:Guid* Created:DateTime Creator:Guid CreatorFullName Division:Int32 EndDate:DateTime FinPeriod:Int16
    FinYear:Int16 Modified:DateTime Modifier:Guid ModifierFullName StartDate:DateTime`,
  JournalStatusList: `
    Journal* Period:Int32* Year:Int32* JournalDescription JournalType:Int32 JournalTypeDescription Status:Int32
    StatusDescription`,
  Accounts: `
    ID:Guid* Accountant:Guid+ AccountManager:Guid+ AccountManagerFullName AccountManagerHID:Int32
    ActivitySector:Guid+ ActivitySubSector:Guid+ AddressLine1+ AddressLine2+ AddressLine3+ AddressSource:Byte
    AutomaticProcessProposedEntry:Byte+ BankAccounts:Collection Blocked:Boolean+ BRIN:Guid BSN+ BusinessType:Guid+
    CanDropShip:Boolean+ ChamberOfCommerce+ City+ Classification Classification1:Guid+ Classification2:Guid+
    Classification3:Guid+ Classification4:Guid+ Classification5:Guid+ Classification6:Guid+ Classification7:Guid+
    Classification8:Guid+ ClassificationDescription Code+ CodeAtSupplier+ CompanySize:Guid+
    ConsolidationScenario:Byte+ ControlledDate:DateTime+ Costcenter CostcenterDescription CostPaid:Byte Country+
    CountryName Created:DateTime Creator:Guid CreatorFullName CreditLinePurchase:Double+ CreditLineSales:Double+
    Currency CustomerSince:DateTime CustomField DatevCreditorCode+ DatevDebtorCode+ DeliveryAdvice:Byte+
    DiscountPurchase:Double+ DiscountSales:Double+ Division:Int32 Document:Guid DunsNumber Email+
    EnableSalesPaymentLink:Boolean+ EndDate:DateTime+ EORINumber+ EstablishedDate:DateTime+ Fax+
    GLAccountPurchase:Guid+ GLAccountSales:Guid+ GLAP:Guid+ GLAR:Guid+ GlnNumber+ HasWithholdingTaxSales:Boolean+
    IgnoreDatevWarningMessage:Boolean+ IncotermAddressPurchase+ IncotermAddressSales+ IncotermCodePurchase+
    IncotermCodeSales+ IncotermVersionPurchase:Int16+ IncotermVersionSales:Int16+ IntraStatArea+
    IntraStatDeliveryTerm+ IntraStatSystem+ IntraStatTransactionA+ IntraStatTransactionB+ IntraStatTransportMethod+
    InvoiceAccount:Guid+ InvoiceAccountCode InvoiceAccountName InvoiceAttachmentType:Int32+ InvoicingMethod:Int32+
    IsAccountant:Byte+ IsAgency:Byte+ IsAnonymised:Byte IsBank:Boolean IsCompetitor:Byte+ IsExtraDuty:Boolean+
    IsMailing:Byte+ IsMember:Boolean IsPilot:Boolean+ IsPurchase:Boolean IsReseller:Boolean+ IsSales:Boolean
    IsSupplier:Boolean+ Language+ LanguageDescription Latitude:Double+ LeadPurpose:Guid+ LeadSource:Guid+
    Logo:Binary+ LogoFileName+ LogoThumbnailUrl LogoUrl Longitude:Double+ MainContact:Guid+ Modified:DateTime
    Modifier:Guid ModifierFullName Name! OINNumber+ Parent:Guid+ PayAsYouEarn+ PaymentConditionPurchase+
    PaymentConditionPurchaseDescription PaymentConditionSales+ PaymentConditionSalesDescription PeppolIdentifier+
    PeppolIdentifierType:Int32+ Phone+ PhoneExtension+ Postcode+ PriceList:Guid+ PurchaseCurrency+
    PurchaseCurrencyDescription PurchaseLeadDays:Int32+ PurchaseVATCode+ PurchaseVATCodeDescription
    RecepientOfCommissions:Boolean+ Remarks+ Reseller:Guid+ ResellerCode ResellerName RSIN+ SalesCurrency+
    SalesCurrencyDescription SalesTaxSchedule:Guid+ SalesTaxScheduleCode SalesTaxScheduleDescription SalesVATCode+
    SalesVATCodeDescription SearchCode+ SecurityLevel:Int32+ SeparateInvPerProject:Byte+
    SeparateInvPerSubscription:Byte+ ShippingLeadDays:Int32+ ShippingMethod:Guid+ ShowRemarkForSales:Boolean+
    Source:Byte StartDate:DateTime+ State+ StateName Status+ StatusSince:DateTime TradeName+ Type
    UniqueTaxpayerReference+ VATLiability+ VATNumber+ Website+`,
  BankAccounts: `
    ID:Guid* Account:Guid! AccountName Bank:Guid BankAccount! BankAccountHolderName+ BankDescription BankName
    BICCode+ Blocked:Boolean+ Created:DateTime Creator:Guid CreatorFullName Description+ Division:Int32 Format IBAN
    Main:Boolean+ Modified:DateTime Modifier:Guid ModifierFullName PaymentServiceAccount:Guid Type TypeDescription`,
  Costcenters: `
    ID:Guid* Active:Boolean+ Code! Created:DateTime Creator:Guid CreatorFullName CustomField Description!
    Division:Int32 EndDate:DateTime+ Modified:DateTime Modifier:Guid ModifierFullName`,
  Costunits: `
    ID:Guid* Code! Created:DateTime Creator:Guid CreatorFullName CustomField Description! Division:Int32
    EndDate:DateTime+ Modified:DateTime Modifier:Guid ModifierFullName`,
  VATCodes: `
    ID:Guid* Account:Guid+ AccountCode AccountName CalculationBasis:Byte+ Charged:Boolean+ Code! Country
    Created:DateTime Creator:Guid CreatorFullName CustomField Description! Division:Int32 EUSalesListing+
    ExcludeVATListing:Byte+ GLDiscountPurchase:Guid+ GLDiscountPurchaseCode GLDiscountPurchaseDescription
    GLDiscountSales:Guid+ GLDiscountSalesCode GLDiscountSalesDescription GLToClaim:Guid+ GLToClaimCode
    GLToClaimDescription GLToPay:Guid+ GLToPayCode GLToPayDescription IntraStat:Boolean+ IntrastatType+
    IsBlocked:Boolean+ LegalText+ Modified:DateTime Modifier:Guid ModifierFullName OssCountry+ Percentage:Double
    TaxReturnType:Int16+ Type+ VatDocType+ VatMargin:Byte+ VATPartialRatio:Int16+ VATPercentages:Collection+
    VATTransactionType+`,
  VatPercentages: `
    ID:Guid* Created:DateTime Creator:Guid CreatorFullName Division:Int32 EndDate:DateTime LineNumber:Int32
    Modified:DateTime Modifier:Guid ModifierFullName Percentage:Double StartDate:DateTime Type:Int16 VATCodeID:Guid`,
  ExchangeRates: `
    ID:Guid* Created:DateTime Creator:Guid CreatorFullName Division:Int32 Modified:DateTime Modifier:Guid
    ModifierFullName Rate:Double+ SourceCurrency! SourceCurrencyDescription StartDate:DateTime+ TargetCurrency
    TargetCurrencyDescription`,
  Currencies: `
    Code* AmountPrecision:Double Created:DateTime Description Modified:DateTime PricePrecision:Double`,
} as const;
