// `projectPermission: 'staff'`: the caller has this permission in the project, contained ones included.
import type { Rule } from './rule.ts';

export const projectPermission: Rule<string> = {
  reason: 'PROJECT_PERMISSION_REQUIRED',
  message: 'The user lacks a permission for this',
  check: (id, { loaders }) => loaders.identity.hasProjectPermission(id),
};
