import type { GraphQLSchema } from 'graphql';
import { AppError } from '../../src/core/errors.ts';
import { createBuilder } from '../../src/graph/builder.ts';

/** A graph with what the server's own lacks: unlimited depth, lists, arguments, an enum, an input, a mutation. */
export interface TestGraph {
  readonly schema: GraphQLSchema;
  /** How many nodes were resolved, and how often the mutation was executed. */
  readonly resolved: { nodes: number; mutations: number };
}

interface Node {
  readonly id: string;
}

const GRAPHS = new WeakMap<GraphQLSchema, TestGraph>();

/** The graph of a schema; `undefined` for any other schema. */
export function testGraphOf(schema: GraphQLSchema): TestGraph | undefined {
  return GRAPHS.get(schema);
}

/** Makes the graph, with counts of its own. */
export function createTestGraph(): TestGraph {
  const resolved = { nodes: 0, mutations: 0 };
  const builder = createBuilder();
  const Color = builder.enumType('Color', { values: ['CRIMSON', 'TURQUOISE'] });
  const Filter = builder.inputType('Filter', {
    fields: (t) => ({ color: t.field({ type: Color }), number: t.int({ required: true }) }),
  });
  const NodeRef = builder.objectRef<Node>('Node');
  const makeNode = (): Node => {
    resolved.nodes += 1;
    return { id: 'node' };
  };
  NodeRef.implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      child: t.field({ type: NodeRef, resolve: makeNode }),
      echo: t.int({
        nullable: true,
        args: { number: t.arg.int({ required: true }) },
        resolve: (_node, { number }) => number,
      }),
      fails: t.int({
        nullable: true,
        resolve: () => {
          throw new AppError('This field always fails', { code: 'FORBIDDEN' });
        },
      }),
    }),
  });
  builder.queryType({
    fields: (t) => ({
      node: t.field({ type: NodeRef, resolve: makeNode }),
      nodes: t.field({
        type: [NodeRef],
        args: { first: t.arg.int({ required: true }) },
        extensions: {
          complexity: ({ args, childComplexity }: { args: { first: number }; childComplexity: number }) =>
            args.first * childComplexity,
        },
        resolve: (_root, { first }) => Array.from({ length: Math.max(first, 0) }, makeNode),
      }),
      sum: t.int({
        args: { numbers: t.arg.intList({ required: true }) },
        resolve: (_root, { numbers }) => numbers.reduce((sum, each) => sum + each, 0),
      }),
      filtered: t.field({
        type: Color,
        nullable: true,
        args: { by: t.arg({ type: Filter }), color: t.arg({ type: Color }) },
        resolve: (_root, { by, color }) => color ?? by?.color,
      }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      count: t.int({
        resolve: () => {
          resolved.mutations += 1;
          return resolved.mutations;
        },
      }),
    }),
  });
  const graph = { schema: builder.toSchema(), resolved };
  GRAPHS.set(graph.schema, graph);
  return graph;
}
