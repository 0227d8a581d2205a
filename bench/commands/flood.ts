// `npm --prefix bench run flood`: how good requests fare beside a flood of bad tokens from the same address.
import { tableOfFloods } from '../report/floods.ts';
import { describeBriefly, describeCircumstances } from '../report/machine.ts';
import { writeResult } from '../report/write.ts';
import { measureFloods } from '../run/floods.ts';
import { readOptions } from '../run/options.ts';
import { choosePeers, setStage } from '../run/stage.ts';

const SERVERS = ['ours-60-failures', 'ours', 'mercurius', 'yoga-jwt'];

const options = readOptions(process.argv.slice(2));
if (!options) throw new Error('The options are those of the benchmark; --peers names the servers');
const stage = await setStage(options);
const circumstances = describeCircumstances(options, stage.cores);
const peers = choosePeers(stage.peers, options.peers ?? SERVERS);
const floods = await measureFloods({
  peers,
  options,
  stage,
  tell: (line) => void process.stdout.write(`${line}\n`),
});
stage.close();
const page = [
  `# Flood, ${circumstances.date}`,
  `W1 over ${floods.goodConnections} connections, beside a flood of bad tokens over ${floods.badConnections}, all from one address.\nMedians of ${options.rounds} windows of ${options.seconds} s. ${describeBriefly(circumstances)}`,
  tableOfFloods(floods),
];
writeResult('flood', page);
