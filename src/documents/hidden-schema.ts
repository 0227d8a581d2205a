// A schema that is not to be read: no introspection, and no "Did you mean" by which it could be guessed.
import { type GraphQLError, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses introspection, and hides suggestions in what validation says. */
export function useHiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules, options, typeInfo) =>
        validate(schema, document, rules, { ...options, hideSuggestions: true }, typeInfo).map(
          withoutSuggestion,
        ),
      );
    },
  };
}

/** One rule of graphql-js suggests regardless of the option. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  error.message = error.message.replace(/ Did you mean .+$/s, '');
  return error;
}
