// `npm --prefix bench run micro`: the steps of a request, each alone, straight from src/.
import { run } from 'mitata';
import { registerAbort } from '../micro/abort.ts';
import { registerCopies } from '../micro/copies.ts';
import { registerOperation } from '../micro/operation.ts';
import { startSetting } from '../micro/setting.ts';
import { registerTokens } from '../micro/tokens.ts';

const setting = await startSetting();
const closeTokens = await registerTokens(setting);
await registerOperation(setting);
registerAbort();
await registerCopies();
await run();
await closeTokens();
await setting.close();
