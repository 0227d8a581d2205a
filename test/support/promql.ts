import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Sample } from './scrape.ts';

/** A label and the condition on its value. */
interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** The metrics and labels that an expression selects. */
export interface Expression {
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** Labels by which it groups or joins. */
  readonly grouping: readonly string[];
}

/** Labels that Prometheus itself gives to whatever it scrapes, and the metric that says whether it could. */
const OF_PROMETHEUS = ['job', 'instance'];
const MADE_BY_PROMETHEUS = 'up';

/** Parses an expression of PromQL, with or without Grafana's interval variable. Throws where it is invalid. */
function parseExpression(expression: string): Expression {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const tree = parser.parse(text);
  const textOf = (node: SyntaxNode) => text.slice(node.from, node.to);
  const all = (root: SyntaxNode, name: string): readonly SyntaxNode[] => {
    const found: SyntaxNode[] = [];
    root.cursor().iterate(({ node }) => {
      if (node.type.isError) throw new Error(`No PromQL at ${node.from}: ${text}`);
      if (node.name === name) found.push(node);
    });
    return found;
  };
  const selectors = all(tree.topNode, 'VectorSelector').map((selector) => ({
    metric: all(selector, 'Identifier').map(textOf).join(),
    matchers: all(selector, 'UnquotedLabelMatcher').map((matcher) => {
      const [label, operator, value] = [
        matcher.firstChild,
        matcher.firstChild?.nextSibling,
        matcher.lastChild,
      ];
      if (!label || !operator || !value) throw new Error(`No matcher: ${textOf(matcher)}`);
      return { label: textOf(label), operator: textOf(operator), value: textOf(value).slice(1, -1) };
    }),
  }));
  if (selectors.length === 0) throw new Error(`It asks for nothing: ${text}`);
  const grouping = all(tree.topNode, 'GroupingLabels').flatMap((labels) =>
    all(labels, 'LabelName').map(textOf),
  );
  return { selectors, grouping };
}

/** Everything that an expression selects and these samples lack. Throws where it is not PromQL. */
export function missingIn(samples: readonly Sample[], expression: string): readonly string[] {
  const { selectors, grouping } = parseExpression(expression);
  const labelsOf = (metric: string) =>
    samples.filter(({ name }) => name === metric).map(({ labels }) => labels);
  const known = new Set([
    ...OF_PROMETHEUS,
    ...selectors.flatMap(({ metric }) => labelsOf(metric).flatMap((labels) => Object.keys(labels))),
  ]);
  return [
    ...grouping.filter((label) => !known.has(label)).map((label) => `no label ${label}: ${expression}`),
    ...selectors.flatMap(({ metric, matchers }) => {
      const found = labelsOf(metric);
      if (metric === MADE_BY_PROMETHEUS) return [];
      if (found.length === 0) return [`no metric ${metric}`];
      return matchers
        .filter(({ label }) => !OF_PROMETHEUS.includes(label))
        .filter((matcher) => !found.some((labels) => isMet(matcher, labels[matcher.label])))
        .map(({ label, operator, value }) => `no ${metric}{${label}${operator}"${value}"}`);
    }),
  ];
}

function isMet({ operator, value }: Matcher, found: string | undefined): boolean {
  if (found === undefined) return false;
  const fits = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(found) : found === value;
  return operator.startsWith('!') ? !fits : fits;
}
