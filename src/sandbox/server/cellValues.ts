import { isGuid } from '../../base/guid';
import { EDM_TYPES } from '../schema/edmTypes';
import type { CellValue, Column, Table } from '../schema/types';
import { badRequest } from '../serviceError';
import type { ServiceError } from '../serviceError';

/** True for a JSON object, not for null or an array. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Wraps what the OData reader says about a body. Wording from general knowledge (UNVERIFIED). */
export function payloadError(table: Table, detail: string): ServiceError {
  return badRequest(
    `Error identified in Payload provided by the user for Entity :'${table.set}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : ${detail}`,
    '0x80048d19',
  );
}

/** What the OData reader says about a value of the wrong type. */
export function cannotConvert(value: unknown, type: string): string {
  return `Microsoft.OData.ODataException: Cannot convert the literal '${typeof value === 'string' ? value : JSON.stringify(value)}' to the expected type '${type}'.`;
}

/** A JSON value in the form it is stored, or a refusal as the service words it. Null clears. */
export function checkValue(table: Table, column: Column, value: unknown): CellValue {
  if (value === null) return null;
  const wrong = (): ServiceError => payloadError(table, cannotConvert(value, EDM_TYPES[column.type]));
  switch (column.type) {
    case 'string':
    case 'memo':
    case 'entityname':
      if (typeof value !== 'string') throw wrong();
      return checkLength(table, column, value);
    case 'uniqueidentifier':
      if (typeof value !== 'string' || !isGuid(value)) throw wrong();
      return value.toLowerCase();
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong();
      return value;
    case 'integer':
    case 'bigint':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong();
      if (column.type === 'integer' && Math.abs(value) > 2147483648) throw wrong();
      return checkRange(table, column, value);
    case 'decimal':
    case 'double':
    case 'money':
      if (typeof value !== 'number') throw wrong();
      return checkRange(table, column, value);
    case 'picklist':
    case 'state':
    case 'status':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong();
      return checkOption(table, column, value);
    case 'multiselect':
      return checkChoices(table, column, value, wrong);
    case 'datetime':
    case 'dateonly':
      return checkTime(column, value, wrong);
    case 'managedproperty':
      return checkManaged(column, value, wrong);
    case 'lookup':
    case 'owner':
    case 'customer':
      throw wrong();
  }
}

/** Code and wording of the three range refusals: general knowledge, UNVERIFIED. */
function checkLength(table: Table, column: Column, value: string): string {
  if (column.maxLength !== undefined && value.length > column.maxLength) {
    throw badRequest(
      `A validation error occurred. The length of the '${column.name}' attribute of the '${table.name}' entity exceeded the maximum allowed length of '${column.maxLength.toString()}'.`,
      '0x80044331',
    );
  }
  return value;
}

function checkRange(table: Table, column: Column, value: number): number {
  if ((column.min !== undefined && value < column.min) || (column.max !== undefined && value > column.max)) {
    throw badRequest(
      `A validation error occurred. The value ${value.toString()} of '${column.name}' on record of type '${table.name}' is outside the valid range.`,
      '0x80044330',
    );
  }
  const factor = column.precision === undefined ? undefined : 10 ** column.precision;
  return factor === undefined ? value : Math.round(value * factor) / factor;
}

function checkOption(table: Table, column: Column, value: number): number {
  if (column.options?.some((option) => option.value === value) === false) {
    const accepted = column.options.map((option) => option.value).join(',');
    throw badRequest(
      `A validation error occurred. The value ${value.toString()} of '${column.name}' on record of type '${table.name}' is outside the valid range. Accepted Values: ${accepted}`,
      '0x8004431a',
    );
  }
  return value;
}

function checkChoices(table: Table, column: Column, value: unknown, wrong: () => ServiceError): CellValue {
  if (typeof value !== 'string' || !/^(-?\d+(,-?\d+)*)?$/.test(value)) throw wrong();
  if (value === '') return null;
  const values = [...new Set(value.split(',').map(Number))].sort((a, b) => a - b);
  for (const one of values) checkOption(table, column, one);
  return values;
}

function checkTime(column: Column, value: unknown, wrong: () => ServiceError): string {
  if (typeof value !== 'string') throw wrong();
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(value);
  const [, day = '', time, zone = 'Z'] = match ?? [];
  const milliseconds = Date.parse(time === undefined ? day : `${day}T${time}${zone}`);
  if (match === null || Number.isNaN(milliseconds) || !realDay(day)) throw wrong();
  if (column.type === 'dateonly') {
    if (time !== undefined) throw wrong();
    return day;
  }
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function realDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function checkManaged(column: Column, value: unknown, wrong: () => ServiceError): CellValue {
  if (!isJsonObject(value) || typeof value['Value'] !== 'boolean') throw wrong();
  const initial = column.initial;
  const known = typeof initial === 'object' && initial !== null && 'Value' in initial ? initial : undefined;
  const { CanBeChanged: changeable } = value;
  return {
    Value: value['Value'],
    CanBeChanged: typeof changeable === 'boolean' ? changeable : (known?.CanBeChanged ?? true),
    ManagedPropertyLogicalName: known?.ManagedPropertyLogicalName ?? column.name,
  };
}
