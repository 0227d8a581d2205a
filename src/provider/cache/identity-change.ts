// What has changed of the provider's users, and who tells of it.
import type { CopyKind } from '../../core/events.ts';

/**
 * A change, by what it makes wrong: copies of one user, what any copy shows of a team, what one user's copies show of it, or
 * everything, where changes may have been missed.
 */
export type IdentityChange =
  | {
      readonly kind: 'user';
      readonly userId: string;
      /** Kinds of copies; all of them where this is absent. */
      readonly copies?: readonly CopyKind[] | undefined;
    }
  | { readonly kind: 'team'; readonly teamId: string }
  | { readonly kind: 'membership'; readonly userId: string; readonly teamId: string }
  | { readonly kind: 'all' };

/**
 * Who tells of a change: a webhook or a mutation that this process received (`here`), another replica that did (`replica`), or a
 * call to the provider that found a copy to be outdated (`read`).
 */
export type ChangeSource = 'here' | 'replica' | 'read';

/** Is called after the copies were dropped. Must not throw. */
export type ChangeListener = (change: IdentityChange, source: ChangeSource) => void;
