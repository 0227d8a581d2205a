// `npm --prefix bench run micro`: the steps of a request, each alone, straight from src/.
import { run } from 'mitata';
import { registerAbort } from './abort.ts';
import { registerOperation } from './operation.ts';
import { startSetting } from './setting.ts';
import { registerTokens } from './tokens.ts';

const setting = await startSetting();
const closeTokens = await registerTokens(setting);
await registerOperation(setting);
registerAbort();
await run();
await closeTokens();
await setting.close();
