// Variables that are nested so deep that graphql-js, which reads them recursively, would overflow the stack.
import { AppError } from '../core/errors.ts';
import { isDeeper } from '../core/is-deeper.ts';

/** Levels of lists and objects, that of the variables themselves included. No filter or list of a real request comes near. */
const MAX_LEVELS = 100;

/** Whether all variables, or one of them, have more levels than variables may have. */
export function isTooDeep(value: unknown, of: 'all' | 'one'): boolean {
  return isDeeper(value, of === 'all' ? MAX_LEVELS : MAX_LEVELS - 1);
}

/** The refusal of such variables. */
export function tooDeep(): AppError {
  return new AppError(`The variables are nested more than ${MAX_LEVELS} levels deep`, {
    code: 'BAD_REQUEST',
  });
}
