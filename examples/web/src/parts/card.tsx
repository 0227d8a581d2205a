import { type ReactNode, useId } from 'react';

/** A part of a page. */
export function Card(props: {
  readonly title: string;
  readonly hint?: string;
  readonly busy?: boolean;
  readonly wide?: boolean;
  /** Stands beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, hint, busy, wide, action, children } = props;
  const id = useId();
  return (
    <section className={wide ? 'card wide' : 'card'} aria-labelledby={id} aria-busy={busy}>
      <header>
        <h2 id={id}>{title}</h2>
        {action}
      </header>
      {hint && <p className="hint">{hint}</p>}
      {children}
    </section>
  );
}
