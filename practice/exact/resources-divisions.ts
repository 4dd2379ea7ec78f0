/** Who is signed in, and the divisions that are seen. */
import { MASTER_FIELDS } from './fields-masters.ts';
import { type Caller, listOf, type Resource } from './resource.ts';
import { declareFields } from './schema.ts';
import { hrmDivision, systemDivision } from './views.ts';

const ADMINISTRATION = 'organization.administration';

export const ME: Resource = {
  path: 'Me',
  type: 'System.Me',
  fields: declareFields(MASTER_FIELDS.Me),
  key: 'UserID',
  selectDemanded: false,
  rows: ({ site, user, division }) => [
    {
      UserID: user.id,
      UserName: user.userName,
      FullName: user.fullName,
      Email: user.email,
      CurrentDivision: division.code,
      AccountingDivision: division.code,
      Language: user.language,
      LanguageCode: { nl: 'nl-NL', de: 'de-DE', en: 'en-GB' }[user.language],
      Legislation: '1',
      ServerTime: site.now(),
      ServerUtcOffset: '1',
      IsClientUser: false,
      IsEmployeeSelfServiceUser: false,
      IsMyFirmLiteUser: false,
      IsMyFirmPortalUser: false,
      IsStarterUser: false,
    },
  ],
};

/** Divisions are added by the service, which knows the grants. */
export function divisionResources(granted: (caller: Caller) => ReadonlySet<number>): Resource[] {
  return [
    listOf({
      path: 'system/Divisions',
      type: 'System.Division',
      fields: declareFields(MASTER_FIELDS.SystemDivisions),
      key: 'Code',
      scope: ADMINISTRATION,
      rows: (caller) =>
        [...caller.site.divisions.values()]
          .filter(({ code }) => granted(caller).has(code))
          .map((one) => systemDivision(one, one.code === caller.user.currentDivision)),
    }),
    listOf({
      path: 'hrm/Divisions',
      type: 'HRM.Division',
      fields: declareFields(MASTER_FIELDS.HrmDivisions),
      key: 'Code',
      scope: ADMINISTRATION,
      rows: ({ site, division }) =>
        [...site.divisions.values()].filter((one) => one.customerName === division.customerName).map(hrmDivision),
    }),
  ];
}
