// A mutation of ours, declared once: its input, its payload, who may ask for it, what it does and what it changes.
import type { FieldMap, InputFieldMap, InputShapeFromFields } from '@pothos/core';
import type { MutationName } from '../../core/mutation-names.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import type { ClientProfile } from '../../provider/profile.ts';
import type { ProviderCall } from '../../provider/send.ts';
import type { Touched } from '../../request/changes.ts';
import type { SignedInContext } from '../../request/context.ts';
import type { Builder, GraphTypes, Ref } from '../builder.ts';
import type { Problem } from './input-checks.ts';
import { perform } from './perform.ts';
import type { UserError } from './user-error.ts';

/** What a payload is made from. `value` is there where the mutation succeeded. */
export interface Payload<Value> {
  readonly value: Value | undefined;
  readonly errors: readonly UserError[];
}

/** Sends a call to the provider, once. */
export type SendCall = <T>(call: ProviderCall<T>) => Promise<Outcome<T>>;

/** What an audit line says a mutation is about. Only ids that are UUIDs are logged. */
export interface Target {
  readonly target?: string | null | undefined;
  readonly team?: string | null | undefined;
}

/** What a mutation does. */
export interface MutationRules<Input, Value> {
  readonly name: MutationName;
  /** A token scope: `member` refuses anonymous and restricted users. */
  readonly scope: 'authenticated' | 'member';
  /** The first problem of the input that is found without a call. */
  check?(input: Input, context: SignedInContext): Problem;
  /** Sends the mutation, with the caller's own rights and nothing but the given fields. Yields a problem where it is found before. */
  send(input: Input, send: SendCall, context: SignedInContext): Promise<Outcome<Value> | UserError>;
  /** What the provider may have changed, also where the outcome is unknown: those copies are dropped. */
  touches(input: Input, context: SignedInContext): Touched;
  /** The fields of the caller's profile that the answer tells: they are merged into the cached profile, which is not dropped then. */
  profileOf?(value: Value): Partial<ClientProfile>;
  about?(input: Input, value: Value | undefined, context: SignedInContext): Target;
}

/** A mutation with its types. */
export interface MutationOptions<Fields extends InputFieldMap, Value>
  extends MutationRules<InputShapeFromFields<Fields>, Value> {
  readonly description: string;
  /** Absent where the mutation takes none. */
  readonly input?: (t: PothosSchemaTypes.InputFieldBuilder<GraphTypes, 'InputObject'>) => Fields;
  /** The fields of the payload beside `errors`. Written last: the compiler knows the type of `value` from `send`. */
  readonly payload: (t: PothosSchemaTypes.ObjectFieldBuilder<GraphTypes, Payload<Value>>) => FieldMap;
}

/** Adds mutations to a builder. */
export type AddMutation = <Fields extends InputFieldMap, Value>(
  options: MutationOptions<Fields, Value>,
) => void;

/** What each mutation costs beside the fields of its payload: it is a call to the provider that is never cached. */
const MUTATION_COMPLEXITY = 10;

/** Creates the function that adds one mutation with its input and payload types. */
export function createAddMutation(builder: Builder, UserErrorRef: Ref<UserError>): AddMutation {
  return <Fields extends InputFieldMap, Value>(options: MutationOptions<Fields, Value>) => {
    const { name, description, scope, input } = options;
    const typeName = name.charAt(0).toUpperCase() + name.slice(1);
    let inputFields: readonly string[] = [];
    const InputRef =
      input &&
      builder.inputType(`${typeName}Input`, {
        description: `The input of \`${name}\`. An absent field changes nothing.`,
        fields: (t) => {
          const fields = input(t);
          inputFields = Object.keys(fields);
          return fields;
        },
      });
    const PayloadRef = builder.objectRef<Payload<Value>>(`${typeName}Payload`).implement({
      description: `The payload of \`${name}\`.`,
      fields: (t) => ({
        ...options.payload(t),
        errors: t.field({
          type: [UserErrorRef],
          description: 'What could not be done. Empty where the mutation succeeded.',
          resolve: ({ errors }) => errors,
        }),
      }),
    });
    type Input = InputShapeFromFields<Fields>;
    builder.mutationField(name, (t) =>
      t.field({
        type: PayloadRef,
        nullable: true,
        description: `${description} Needs: ${scope}.`,
        authScopes: { [scope]: true },
        args: InputRef ? { input: t.arg({ type: InputRef, required: true }) } : {},
        extensions: { complexity: ({ childComplexity }: Cost) => MUTATION_COMPLEXITY + childComplexity },
        resolve: (_root, args: { readonly input?: unknown }, context) =>
          perform(options, {
            // The arguments were coerced by the input type.
            input: (args.input ?? {}) as Input,
            inputFields,
            // The scope refuses requests without a token.
            context: context as SignedInContext,
          }),
      }),
    );
  };
}

interface Cost {
  readonly childComplexity: number;
}
