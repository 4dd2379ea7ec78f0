/** Fields of entries, their lines and what goes with them, by Exact's reference of 2025. Notation: see `schema.ts`. */
export const ENTRY_FIELDS = {
  BankEntries: `
    EntryID:Guid* BankEntryLines:Collection! BankStatementDocument:Guid+ BankStatementDocumentNumber:Int32
    BankStatementDocumentSubject ClosingBalanceFC:Double+ Created:DateTime Currency+ CustomField Division:Int32
    EntryNumber:Int32+ FinancialPeriod:Int16+ FinancialYear:Int16+ JournalCode! JournalDescription Modified:DateTime
    OpeningBalanceFC:Double+ Status:Int16 StatusDescription`,
  BankEntryLines: `
    ID:Guid* Account:Guid+ AccountCode AccountName AmountDC:Double AmountFC:Double! AmountVATFC:Double+ Asset:Guid+
    AssetCode AssetDescription CostCenter+ CostCenterDescription CostUnit+ CostUnitDescription Created:DateTime
    Creator:Guid CreatorFullName CustomField Date:DateTime+ Description+ Division:Int32 Document:Guid+
    DocumentNumber:Int32 DocumentSubject EntryID:Guid! EntryNumber:Int32 ExchangeRate:Double+ GLAccount:Guid!
    GLAccountCode GLAccountDescription LineNumber:Int32 Modified:DateTime Modifier:Guid ModifierFullName Notes+
    OffsetID:Guid OurRef:Int32+ Project:Guid+ ProjectCode ProjectDescription ProjectWBS:Guid+ ProjectWBSDescription
    Quantity:Double+ VATCode+ VATCodeDescription VATPercentage:Double+ VATType+`,
  TransactionLines: `
    ID:Guid* Account:Guid AccountCode AccountName AmountDC:Double AmountFC:Double AmountVATBaseFC:Double
    AmountVATFC:Double Asset:Guid AssetCode AssetDescription CostCenter CostCenterDescription CostUnit
    CostUnitDescription Created:DateTime Creator:Guid CreatorFullName Currency CustomField Date:DateTime Description
    Division:Int32 Document:Guid DocumentNumber:Int32 DocumentSubject DueDate:DateTime EntryID:Guid
    EntryNumber:Int32 ExchangeRate:Double ExternalLinkDescription ExternalLinkReference ExtraDutyAmountFC:Double
    ExtraDutyPercentage:Double FinancialPeriod:Int16 FinancialYear:Int16 GLAccount:Guid GLAccountCode
    GLAccountDescription InvoiceNumber:Int32 Item:Guid ItemCode ItemDescription JournalCode JournalDescription
    LineNumber:Int32 LineType:Int16 Modified:DateTime Modifier:Guid ModifierFullName Notes OffsetID:Guid
    OrderNumber:Int32 PaymentDiscountAmount:Double PaymentReference Project:Guid ProjectCode ProjectDescription
    ProjectWBS:Guid ProjectWBSDescription Quantity:Double SerialNumber ShopOrder:Guid Status:Int16 Subscription:Guid
    SubscriptionDescription TrackingNumber TrackingNumberDescription Type:Int32 VATCode VATCodeDescription
    VATPercentage:Double VATType YourRef`,
  GeneralJournalEntries: `
    EntryID:Guid* Created:DateTime Currency+ CustomField Division:Int32 EntryNumber:Int32+ ExchangeRate:Double+
    FinancialPeriod:Int16+ FinancialYear:Int16+ GeneralJournalEntryLines:Collection! JournalCode! JournalDescription
    Modified:DateTime Reversal:Boolean+ Status:Int16 StatusDescription Type:Int32 TypeDescription`,
  GeneralJournalEntryLines: `
    ID:Guid* Account:Guid+ AccountCode AccountName AmountDC:Double AmountFC:Double+ AmountVATDC:Double
    AmountVATFC:Double+ Asset:Guid+ AssetCode AssetDescription CostCenter+ CostCenterDescription CostUnit+
    CostUnitDescription Created:DateTime Creator:Guid CreatorFullName CustomField Date:DateTime+ Description+
    Division:Int32 Document:Guid+ DocumentNumber:Int32 DocumentSubject EntryID:Guid! EntryNumber:Int32
    GLAccount:Guid! GLAccountCode GLAccountDescription LineNumber:Int32 Modified:DateTime Modifier:Guid
    ModifierFullName Notes+ OffsetID:Guid+ OurRef:Int32+ Project:Guid+ ProjectCode ProjectDescription
    ProjectWBS:Guid+ ProjectWBSDescription Quantity:Double+ VATBaseAmountDC:Double VATBaseAmountFC:Double VATCode+
    VATCodeDescription VATPercentage:Double+ VATType`,
  Deleted: `
    Timestamp:Int64* DeletedBy:Guid DeletedDate:DateTime Division:Int32 EntityKey:Guid EntityType:Int32 ID:Guid`,
  WebhookSubscriptions: `
    ID:Guid* CallbackURL! ClientID:Guid Created:DateTime Creator:Guid CreatorFullName Description Division:Int32
    Topic! UserID:Guid+`,
} as const;
