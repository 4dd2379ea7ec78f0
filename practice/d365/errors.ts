/** What the practice ERP answers when it refuses: bodies and texts as F&O words them. */

/** A refusal on its way out of the handler. `status` is the one of a plain request; parts of a changeset say 500. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: string;
  /** True for what X++ refused while writing: it answers 500 inside a changeset. */
  readonly fromWrite: boolean;

  constructor(status: number, body: string, fromWrite = false) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.fromWrite = fromWrite;
  }
}

const WRITE_EXCEPTION = 'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException';
const STACK =
  '   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update.UpdateProcessor.CreateEntity_Save(ChangeOperationContext context)\r\n' +
  '   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update.ChangeInfo.ExecuteActionsInCompanyContext(IEnumerable`1 actionList)';

function errorBody(innerMessage: string, type: string, stacktrace: string): string {
  return JSON.stringify({
    error: {
      code: '',
      message: 'An error has occurred.',
      innererror: { message: innerMessage, type, stacktrace },
    },
  });
}

/** X++ refused to write: `entries` are infolog lines such as `Error: Field 'X' must be filled in.`. */
export function writeFailed(type: string, entries: readonly string[]): Refusal {
  const message = `Write failed for table row of type '${type}'. Infolog: ${entries.join('; ')}.`;
  return new Refusal(400, errorBody(message, WRITE_EXCEPTION, STACK), true);
}

export function fieldMissing(type: string, field: string, dataSource: string): Refusal {
  return writeFailed(type, [
    `Warning: Field '${field}' must be filled in.`,
    `Error: validateWrite failed on data source '${dataSource} (${dataSource})'`,
  ]);
}

export function fieldInvalid(type: string, field: string, reason: string): Refusal {
  return writeFailed(type, [`Warning: ${reason}`, `Error: validateField failed on field '${type}.${field}'`]);
}

export function notInTable(type: string, field: string, value: string, label: string, table: string): Refusal {
  return fieldInvalid(
    type,
    field,
    `The value '${value}' in field '${label}' is not found in the related table '${table}'.`,
  );
}

/** OData itself refused: a wrong query, body or property. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, errorBody(message, 'Microsoft.OData.ODataException', STACK));
}

/** An unknown set, and a key that is not there. */
export function segmentNotFound(segment: string): Refusal {
  return new Refusal(404, errorBody(`Resource not found for the segment '${segment}'.`, '', ''));
}

export function forbidden(set: string): Refusal {
  return new Refusal(
    403,
    errorBody(`Access denied: the user is not authorized to perform this operation on '${set}'.`, '', ''),
  );
}

export function preconditionFailed(): Refusal {
  return new Refusal(412, errorBody('The record was changed since it was read (If-Match).', '', ''), true);
}

/** Two writers met at one record. */
export function updateConflict(label: string, table: string): Refusal {
  return writeFailed(`${table}Entity`, [
    `Error: Cannot edit a record in ${label} (${table}). An update conflict occurred due to another user process ` +
      'deleting the record or changing one or more fields in the record',
  ]);
}

const BUSY = 'This request could not be processed at this time due to system experiencing high resource utilization.';

/** The text of a resource-based 429. */
export function busyBody(): string {
  return errorBody(BUSY, '', '');
}

/** Something broke inside the server, which says no more. */
export function failedInside(): Refusal {
  return new Refusal(500, JSON.stringify({ Message: 'An error has occurred.' }));
}

/** What a throttled or broken service answers to a whole request. */
export function serviceProblem(status: 429 | 500 | 503): Response {
  const body = status === 429 ? busyBody() : JSON.stringify({ Message: 'An error has occurred.' });
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}
