import { addDays } from '../../main/core/calendar.ts';
import { seededRandom } from '../../main/core/random.ts';

export const ACCOUNT_ID = 'BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp';
const PAGE = 500;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Bodies of `/transactions/sync` as Plaid sends them: 500 rows a page with all documented fields, pretty-printed with
 * sorted keys, about 2,100 bytes a row. The same index gives the same page again. Invented merchants.
 */
export function plaidPage(lines: number, page: number): string {
  const pages = Math.ceil(lines / PAGE);
  const random = seededRandom(`page ${page}`);
  const count = Math.min(PAGE, lines - page * PAGE);
  let added = '';
  for (let index = 0; index < count; index++) {
    added += `${index === 0 ? '' : ','}\n    ${row(page * PAGE + index, lines, random)}`;
  }
  return `{
  "accounts": [],
  "added": [${added}
  ],
  "has_more": ${page < pages - 1},
  "modified": [],
  "next_cursor": "cursor-${page + 1}",
  "removed": [],
  "request_id": "request-${page}",
  "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE"
}`;
}

export function pageOfCursor(cursor: string | null): number {
  return cursor === null ? 0 : Number(cursor.slice('cursor-'.length));
}

/** Written as text and not through objects, so that the bank that is played costs the bench little time and memory. */
function row(index: number, lines: number, random: ReturnType<typeof seededRandom>): string {
  const merchant = Math.floor(random.next() * 300);
  const cents = Math.floor(random.next() * 500_000) - 100_000;
  const date = addDays('2024-11-20', Math.floor((index / lines) * 730));
  const online = merchant % 3 === 0;
  const logo = `https://logos.example/merchants/harbor_supply_${merchant}.png`;
  const entity = `entity${merchant}`.padEnd(37, 'x');
  // One line in twenty names the pending line that it replaced.
  const pendingId = index % 20 === 0 ? `"${idOf(random)}"` : 'null';
  return `{
      "account_id": "${ACCOUNT_ID}",
      "account_owner": null,
      "amount": ${cents / 100},
      "authorized_date": "${date}",
      "authorized_datetime": null,
      "category": null,
      "category_id": null,
      "check_number": null,
      "counterparties": [
        {
          "confidence_level": "VERY_HIGH",
          "entity_id": "${entity}",
          "logo_url": "${logo}",
          "name": "Harbor Supply No ${merchant}",
          "phone_number": null,
          "type": "merchant",
          "website": "harbor.example"
        }
      ],
      "date": "${date}",
      "datetime": null,
      "iso_currency_code": "USD",
      "location": {
        "address": "13425 Community Rd",
        "city": "Poway",
        "country": "US",
        "lat": 32.959068,
        "lon": -117.037666,
        "postal_code": "92064",
        "region": "CA",
        "store_number": "1700"
      },
      "logo_url": "${logo}",
      "merchant_entity_id": "${entity}",
      "merchant_name": "Harbor Supply No ${merchant}",
      "name": "PURCHASE HARBOR SUPPLY #${merchant}",
      "original_description": "PURCHASE HARBOR SUPPLY #${merchant} POWAY CA ${index}",
      "payment_channel": "${online ? 'online' : 'in store'}",
      "payment_meta": {
        "by_order_of": null,
        "payee": null,
        "payer": null,
        "payment_method": null,
        "payment_processor": null,
        "ppd_id": null,
        "reason": null,
        "reference_number": "REF${index}"
      },
      "pending": false,
      "pending_transaction_id": ${pendingId},
      "personal_finance_category": {
        "confidence_level": "VERY_HIGH",
        "detailed": "GENERAL_MERCHANDISE_SUPERSTORES",
        "primary": "GENERAL_MERCHANDISE",
        "version": "v2"
      },
      "personal_finance_category_icon_url": "https://icons.example/PFC_GENERAL_MERCHANDISE.png",
      "transaction_code": null,
      "transaction_id": "${idOf(random)}",
      "transaction_type": "${online ? 'digital' : 'place'}",
      "unofficial_currency_code": null,
      "website": "harbor.example"
    }`;
}

/** 37 letters and digits in no order, as Plaid's ids are. */
function idOf(random: ReturnType<typeof seededRandom>): string {
  let id = '';
  for (const byte of random.bytes(37)) id += LETTERS[byte % LETTERS.length];
  return id;
}
