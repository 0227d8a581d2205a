import { Page } from '../parts/page.tsx';
import { ApiKeys } from './api-keys.tsx';
import { Emails } from './emails.tsx';
import { Name } from './name.tsx';
import { Notifications } from './notifications.tsx';
import { Sessions } from './sessions.tsx';

/** What users change of their own account. Each part asks for what it shows, and fails alone. */
export function AccountPage() {
  return (
    <Page title="Account">
      <Name />
      <Emails />
      <Sessions />
      <ApiKeys />
      <Notifications />
    </Page>
  );
}
