// Variables that are nested so deep that graphql-js, which reads them recursively, would overflow the stack.
import { AppError } from '../core/errors.ts';

/** Levels of lists and objects. No filter or list of a real request comes near. */
const MAX_LEVELS = 100;

/** Whether a value has more levels than variables may have. */
export function isTooDeep(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}

/** The refusal of such variables. */
export function tooDeep(): AppError {
  return new AppError(`The variables are nested more than ${MAX_LEVELS} levels deep`, {
    code: 'BAD_REQUEST',
  });
}
