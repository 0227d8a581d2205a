// A Dockerfile as its stages and their instructions, as far as ours needs it. Throws for what it does not know.

/** One instruction, such as `COPY` with `src src`. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** A stage: its name, by default its number, and its instructions after FROM. */
export interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** Reads stages in their order. The last one is the image. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { readonly name: string; readonly instructions: Instruction[] }[] = [];
  for (const { name, text: argument } of instructionsOf(text)) {
    if (name === 'FROM') {
      const [, given] = / AS (\S+)$/i.exec(argument) ?? [];
      stages.push({ name: given ?? String(stages.length), instructions: [] });
    } else {
      // An ARG before the first FROM is for the base.
      stages.at(-1)?.instructions.push({ name, text: argument });
    }
  }
  return stages;
}

/** The instructions of all stages, without comments, continued lines joined. */
function instructionsOf(text: string): readonly Instruction[] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, name, argument] = /^([A-Z]+) (.+)$/.exec(line.trim()) ?? [];
    if (name === undefined || argument === undefined) throw new Error(`No instruction: ${line}`);
    return { name, text: argument };
  });
}
