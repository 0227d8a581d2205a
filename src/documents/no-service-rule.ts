// The schema of a subgraph is hidden as introspection is: gateways ask for it by a field of its own.
import { GraphQLError, getNamedType, type ValidationContext, type ValidationRule } from 'graphql';

/** A validation rule: no field of the type `_Service`, under any alias. */
export const NoServiceRule: ValidationRule = (context: ValidationContext) => ({
  Field(node) {
    const type = getNamedType(context.getType());
    if (type?.name !== '_Service') return;
    const message = `Introspection is not allowed, but the document has the field "${node.name.value}"`;
    context.reportError(new GraphQLError(message, { nodes: [node] }));
  },
});
