/** Coding rules in the form of the setup document, for the practice companies. */

export type SetupCondition =
  | { readonly all: readonly SetupCondition[] }
  | { readonly any: readonly SetupCondition[] }
  | { readonly not: SetupCondition }
  | {
      readonly field: 'text' | 'bankText' | 'counterparty' | 'reference' | 'category' | 'channel' | 'account';
      readonly is?: string;
      readonly contains?: string;
      readonly startsWith?: string;
      /** `*` stands for any text. */
      readonly matches?: string;
    }
  | { readonly field: 'amount'; readonly from?: string; readonly to?: string }
  | { readonly field: 'date'; readonly from?: string; readonly to?: string };

export type SetupTarget = {
  readonly account?: string;
  readonly accountType?: 'ledger' | 'customer' | 'vendor' | 'bank';
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly text?: string;
};

export type SetupAction = SetupTarget & {
  readonly split?: ReadonlyArray<
    SetupTarget & { readonly percent?: string; readonly amount?: string; readonly rest?: true }
  >;
  readonly exclude?: string;
};

export type SetupRule = {
  readonly name: string;
  readonly when: SetupCondition;
  readonly then: SetupAction;
  readonly autoApprove?: boolean;
};
