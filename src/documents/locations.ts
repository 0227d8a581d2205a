// Locations of nodes in the text of a document, as the parser saw them.
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type Location,
  type SourceLocation,
} from 'graphql';

/** A copy of the node, by a spread or by graphql-js' `visit`, keeps it. */
const LOCATION = Symbol('location');

interface Located {
  [LOCATION]?: SourceLocation;
  loc?: Location | undefined;
}

/**
 * Keeps the line and column of every node, in place of its `loc`. From a `loc` graphql-js counts the lines of the document up
 * to the node for every error it creates, and it holds every token of the document, comments included.
 */
export function detachLocations(document: DocumentNode): DocumentNode {
  detach(document);
  return document;
}

/** As deep as the parser went. graphql-js' `visit` would take longer than the parser. */
function detach(node: ASTNode): void {
  const located: Located = node;
  if (located.loc) {
    const { line, column } = located.loc.startToken;
    // A document begins at a token of its own, before the first line.
    located[LOCATION] = line > 0 ? { line, column } : { line: 1, column: 1 };
    // Deleting the property would make V8 use slower objects.
    located.loc = undefined;
  }
  // A string with escapes is a tree of its parts until a character of it is read.
  if (node.kind === Kind.STRING) node.value.charCodeAt(0);
  for (const key in node) {
    const child: unknown = node[key as keyof ASTNode];
    if (Array.isArray(child)) for (const each of child) detach(each);
    else if (isNode(child)) detach(child);
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** An error about more nodes names the first ones: an answer must not grow by a document for each error. */
const MAX_LOCATIONS = 10;

/** Where the error is in its document: `error.locations`, or those of its nodes that were detached. */
export function locationsOf({ locations, nodes = [] }: GraphQLError): readonly SourceLocation[] | undefined {
  if (locations) return locations.slice(0, MAX_LOCATIONS);
  const found: SourceLocation[] = [];
  for (const node of nodes) {
    const location = (node as Located)[LOCATION];
    if (location) found.push(location);
    if (found.length === MAX_LOCATIONS) break;
  }
  return found.length > 0 ? found : undefined;
}

/** Nodes for an error at the same locations, without a `loc`: graphql-js counts no lines for an error that has them. */
export function nodesOf({ locations, nodes = [] }: GraphQLError): readonly ASTNode[] {
  if (!locations) return nodes.slice(0, MAX_LOCATIONS);
  return locations.slice(0, MAX_LOCATIONS).map(nodeAt);
}

function nodeAt(location: SourceLocation): ASTNode {
  const node: ASTNode & Located = { kind: Kind.NAME, value: '', [LOCATION]: location };
  return node;
}
