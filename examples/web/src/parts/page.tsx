import { type ReactNode, useEffect } from 'react';

/** A page with its heading, which gets the focus: keyboard users and screen readers begin there. */
export function Page(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly back?: { readonly href: string; readonly label: string };
  readonly children: ReactNode;
}) {
  const { title, lead, back, children } = props;
  useEffect(() => {
    document.title = `${title} · stack-auth-graphql`;
  }, [title]);
  return (
    <div className="cards">
      <header className="wide page-head">
        {back && (
          <a className="back" href={back.href}>
            ← {back.label}
          </a>
        )}
        <h1 tabIndex={-1} ref={takeFocus}>
          {title}
        </h1>
        {lead && <p className="hint">{lead}</p>}
      </header>
      {children}
    </div>
  );
}

function takeFocus(heading: HTMLElement | null): void {
  heading?.focus();
}
