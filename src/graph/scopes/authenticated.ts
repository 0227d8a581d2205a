// `authenticated`: any verified token. A request without one is refused before any rule runs.
import type { TokenRule } from './rule.ts';

export const authenticated: TokenRule = () => undefined;
