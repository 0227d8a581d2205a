import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './frame/app.tsx';
import { startSession } from './session/session.ts';
import { settings } from './settings.ts';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import './style/forms.css';
import './style/wire.css';
import { createWire } from './wire/wire.ts';

const root = document.getElementById('root');
if (!root) throw new Error('Element #root is missing');

if (settings) {
  const wire = createWire();
  const session = startSession(settings, wire.noteRenewal);
  createRoot(root).render(
    <StrictMode>
      <App settings={settings} session={session} wire={wire} />
    </StrictMode>,
  );
} else {
  root.textContent =
    'No project is configured: see examples/web/README.md, or start the example with `npm run example`.';
}
