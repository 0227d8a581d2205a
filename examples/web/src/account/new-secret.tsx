import { useState } from 'react';

/** A secret that is shown once. */
export function NewSecret({ secret, dismiss }: { readonly secret: string; readonly dismiss: () => void }) {
  const [wasCopied, setWasCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    setWasCopied(true);
  };
  return (
    <div className="secret" role="status">
      <p>
        <strong>Store it now: it is never shown again.</strong>
      </p>
      <code>{secret}</code>
      <div className="buttons">
        <button type="button" onClick={() => void copy()}>
          {wasCopied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" className="quiet" onClick={dismiss}>
          I have stored it
        </button>
      </div>
    </div>
  );
}
