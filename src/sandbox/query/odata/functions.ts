import { countedWindow, datedWindow, dateOperatorKind, fixedWindow } from '../dateWindows';
import { isReference, negate, type Expression, type Operand, type Scalar } from '../expression';
import { findProperty } from '../properties';
import { notImplemented, odataError } from '../refusals';
import { coerceText, familyOf, parseInstant } from '../values';
import { edmTypeOf } from './edm';
import { bindOperand, resolveAlias, type Binding } from './paths';
import type { Syntax } from './syntax';

type Call = Syntax & { kind: 'call' };

/** Functions of OData 4.0 that the sandbox leaves out; those that Dataverse takes are not documented. */
const STANDARD: ReadonlySet<string> = new Set(
  (
    'length indexof substring tolower toupper trim concat year month day hour minute second fractionalseconds date time ' +
    'totaloffsetminutes now maxdatetime mindatetime totalseconds round floor ceiling cast isof matchesPattern ' +
    'geo.distance geo.length geo.intersects'
  ).split(' '),
);

/** Query functions of Dataverse that the sandbox leaves out: hierarchies, teams, languages, fiscal periods. */
const LEFT_OUT =
  /^(Above|AboveOrEqual|Under|UnderOrEqual|NotUnder|EqualUserTeams|EqualUserOrUserTeams|EqualUserOrUserHierarchy|EqualUserOrUserHierarchyAndTeams|EqualUserLanguage|EqualRoleBusinessId|(In|InOrAfter|InOrBefore|This|Last|Next|LastX|NextX)Fiscal\w+)$/;

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

/** `LastXHours` as `last-x-hours`: the operator of the same meaning in FetchXML. */
function operatorName(functionName: string): string {
  if (functionName === 'Last7Days' || functionName === 'Next7Days')
    return `${functionName.slice(0, 4).toLowerCase()}-seven-days`;
  return functionName
    .replace(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase()
    .replace(/^older-than-/, 'olderthan-');
}

function unknownFunction(name: string): Error {
  return odataError(
    `An unknown function with name '${name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed.`,
  );
}

function bindTextFunction(binding: Binding, call: Call): Expression {
  const [first, second, ...others] = call.arguments.map((argument) => resolveAlias(binding, argument.value));
  if (first === undefined || second === undefined || others.length > 0) {
    throw odataError(
      `No function signature for the function with name '${call.name}' matches the specified arguments. The function signatures considered are: ${call.name}(Edm.String Nullable=true, Edm.String Nullable=true).`,
    );
  }
  if (first.kind !== 'path' || second.kind !== 'literal') {
    throw notImplemented(`'${call.name}' with anything but a property and a value`);
  }
  const operand = bindOperand(binding, first.segments);
  if (second.type === 'Null') return { kind: 'constant', value: null };
  if (
    edmTypeOf(operand.column, operand.part) !== 'Edm.String' ||
    operand.column.type === 'multiselect' ||
    second.type !== 'Edm.String'
  ) {
    throw odataError(
      `No function signature for the function with name '${call.name}' matches the specified arguments. The function signatures considered are: ${call.name}(Edm.String Nullable=true, Edm.String Nullable=true).`,
    );
  }
  const text = String(second.value);
  // Wildcards in the text work as such (documentation: wildcard characters in conditions).
  const pattern =
    call.name === 'contains' ? `%${text}%` : call.name === 'startswith' ? `${text}%` : `%${text}`;
  return { kind: 'like', operand, pattern };
}

/** The named parameters of a query function, each a scalar or a list of scalars. */
class Parameters {
  readonly #call: Call;
  readonly #binding: Binding;

  constructor(call: Call, binding: Binding) {
    this.#call = call;
    this.#binding = binding;
  }

  #find(name: string): Syntax {
    const found = this.#call.arguments.find((argument) => argument.name === name);
    if (found === undefined) throw unknownFunction(this.#call.name);
    return resolveAlias(this.#binding, found.value);
  }

  text(name: string): string {
    const value = this.#find(name);
    if (value.kind === 'literal' && typeof value.value === 'string') return value.value;
    throw odataError(`The parameter '${name}' of '${this.#call.name}' must be a string.`);
  }

  scalar(name: string): string | number | boolean {
    const value = this.#find(name);
    if (value.kind === 'literal' && value.value !== null) return value.value;
    throw odataError(`The parameter '${name}' of '${this.#call.name}' must have a value.`);
  }

  scalars(name: string): ReadonlyArray<string | number | boolean> {
    const value = this.#find(name);
    const items = value.kind === 'list' ? value.items : [value];
    return items.map((item) => {
      if (item.kind === 'literal' && item.value !== null) return item.value;
      throw odataError(`The parameter '${name}' of '${this.#call.name}' must be a collection of values.`);
    });
  }
}

function fitAll(
  operand: Operand,
  values: ReadonlyArray<string | number | boolean>,
  name: string,
): ReadonlyArray<string | number | boolean> {
  const family = familyOf(operand.column, operand.part);
  return values.map((value) => {
    const fitted: Scalar | undefined = coerceText(String(value), family);
    if (fitted !== undefined && fitted !== null) return fitted;
    throw odataError(
      `The value '${String(value)}' of '${name}' does not fit the column '${operand.column.name}'.`,
    );
  });
}

function bindDate(
  operator: string,
  operand: Operand,
  parameters: Parameters,
  name: string,
  now: number,
): Expression {
  const family = familyOf(operand.column);
  if (family !== 'instant' && family !== 'day') {
    throw odataError(`The query function '${name}' needs a date column; '${operand.column.name}' is none.`);
  }
  const kind = dateOperatorKind(operator);
  if (kind === 'fixed') return { kind: 'within', operand, ...fixedWindow(operator, now) };
  const value = parameters.scalar('PropertyValue');
  if (kind === 'dated') {
    const moment = parseInstant(String(value));
    if (moment === undefined) throw odataError(`The value '${String(value)}' of '${name}' is no date.`);
    return { kind: 'within', operand, ...datedWindow(operator, moment) };
  }
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 1 || count > 1_000_000) {
    throw odataError(`The value '${String(value)}' of '${name}' must be a positive whole number.`);
  }
  return { kind: 'within', operand, ...countedWindow(operator, count, now) };
}

function bindRange(
  operand: Operand,
  values: ReadonlyArray<string | number | boolean>,
  name: string,
): Expression {
  const [low, high] = fitAll(operand, values, name);
  if (low === undefined || high === undefined || values.length !== 2) {
    throw odataError(`The query function '${name}' takes two values.`);
  }
  const terms: readonly Expression[] = [
    { kind: 'compare', operator: 'ge', operand, value: low },
    { kind: 'compare', operator: 'le', operand, value: high },
  ];
  return { kind: 'and', terms };
}

/** The business unit of the user who asks. */
function businessUnitOf(binding: Pick<Binding, 'context'>): string | null {
  const { reader, userId } = binding.context;
  const unit =
    reader.schema.table('systemuser') === undefined
      ? undefined
      : reader.get('systemuser', userId)?.['businessunitid'];
  return isReference(unit) ? unit.id : null;
}

function bindQueryFunction(binding: Binding, call: Call, name: string): Expression {
  const parameters = new Parameters(call, binding);
  const column = parameters.text('PropertyName');
  const operand = bindOperand(binding, columnPath(binding, call.prefix, column));
  const operator = operatorName(name);
  if (dateOperatorKind(operator) !== undefined)
    return bindDate(operator, operand, parameters, name, binding.context.now);
  switch (name) {
    case 'In':
    case 'NotIn': {
      const test: Expression = {
        kind: 'in',
        operand,
        values: fitAll(operand, parameters.scalars('PropertyValues'), name),
      };
      return name === 'In' ? test : negate(test);
    }
    case 'Between':
      return bindRange(operand, parameters.scalars('PropertyValues'), name);
    case 'NotBetween':
      return negate(bindRange(operand, parameters.scalars('PropertyValues'), name));
    case 'ContainValues':
    case 'DoesNotContainValues': {
      if (operand.column.type !== 'multiselect')
        throw odataError(`The query function '${name}' needs a choices column.`);
      const values = fitAll(operand, parameters.scalars('PropertyValues'), name).map(Number);
      const test: Expression = { kind: 'hasChoice', operand, values };
      return name === 'ContainValues' ? test : negate(test);
    }
    case 'Contains':
      return { kind: 'like', operand, pattern: `%${parameters.text('PropertyValue')}%` };
    case 'EqualUserId':
    case 'NotEqualUserId':
      return {
        kind: 'compare',
        operator: name === 'EqualUserId' ? 'eq' : 'ne',
        operand,
        value: binding.context.userId,
      };
    case 'EqualBusinessId':
    case 'NotEqualBusinessId':
      return {
        kind: 'compare',
        operator: name === 'EqualBusinessId' ? 'eq' : 'ne',
        operand,
        value: businessUnitOf(binding),
      };
    default:
      throw unknownFunction(call.name);
  }
}

/** PropertyName gives the logical name (documentation); the property name of a lookup is taken too. */
function columnPath(binding: Binding, prefix: readonly string[], name: string): readonly string[] {
  const path = [...prefix, ...name.split('/')];
  const last = path.at(-1) ?? '';
  const start = prefix[0] === undefined ? binding.root : (binding.variables.get(prefix[0]) ?? binding.root);
  const simple = path.length === (start === binding.root ? 1 : 2);
  if (!simple || findProperty(start.table, last) !== undefined) return path;
  const asLookup = `_${last}_value`;
  return findProperty(start.table, asLookup) === undefined ? path : [...path.slice(0, -1), asLookup];
}

/** Binds a function that stands for a condition. Throws 501 for what the sandbox leaves out, 400 for what nobody knows. */
export function bindFunction(binding: Binding, call: Call): Expression {
  if (
    call.prefix.length === 0 &&
    (call.name === 'contains' || call.name === 'startswith' || call.name === 'endswith')
  ) {
    return bindTextFunction(binding, call);
  }
  if (call.name.startsWith(NAMESPACE)) {
    const name = call.name.slice(NAMESPACE.length);
    if (LEFT_OUT.test(name)) throw notImplemented(`the query function '${name}'`);
    return bindQueryFunction(binding, call, name);
  }
  if (STANDARD.has(call.name)) throw notImplemented(`the function '${call.name}' in $filter`);
  throw unknownFunction(call.name);
}
