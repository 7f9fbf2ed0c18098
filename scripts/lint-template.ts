/**
 * `npm run lint:template`: AWS's own linters over the template, with every region that they know.
 *
 * cfn-lint and checkov come from PyPI, once, into a virtual environment in node_modules/.cache.
 * Ends with 2 where there is no python3, with 1 when something is found that no page answers.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { REGIONS_WITHOUT_SCHEMA_REGISTRY } from "#lib/regions.ts";
import {
  answeredChecks,
  type Finding,
  missingTypes,
  parseCfnLint,
  parseCheckov,
} from "./template-findings.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const VENV = join(ROOT, "node_modules/.cache/akool-video-archiver/python");
const TOOLS = ["cfn-lint==1.58.0", "checkov==3.3.30"];
const TEMPLATE = "AkoolVideoArchiver.template.json";
/** Where somebody may host the console; Cognito is not in every region. */
const CONSOLE_REGIONS = ["us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "sa-east-1"];
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const problems: string[] = [];
if (await hasPython()) {
  await lint();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  console.error("python3 with venv is not there: the template was not linted");
  process.exitCode = 2;
}

async function lint(): Promise<void> {
  if (!existsSync(join(VENV, "bin/checkov"))) {
    console.log(`installing ${TOOLS.join(" and ")} from PyPI, once`);
    await run("python3", ["-m", "venv", VENV]);
    await run(join(VENV, "bin/pip"), ["install", "--quiet", ...TOOLS]);
  }
  const outdir = await mkdtemp(join(tmpdir(), "archiver-lint-"));
  try {
    await lintRegions(await synthesize(join(outdir, "all"), {}), REGIONS_WITHOUT_SCHEMA_REGISTRY);
    const reduced = { "archiver.schemaRegistry": false, "archiver.eventArchive": false };
    await lintRegions(await synthesize(join(outdir, "reduced"), reduced), new Set());
    const hosted = await synthesize(join(outdir, "console"), { "archiver.console": true });
    await lintConsole(hosted);
    await lintSecurity([join(outdir, "all", TEMPLATE), hosted]);
  } finally {
    await rm(outdir, { recursive: true });
  }
}

async function hasPython(): Promise<boolean> {
  return run("python3", ["-c", "import venv, ensurepip"]).then(
    () => true,
    () => false,
  );
}

async function synthesize(outdir: string, settings: Record<string, unknown>): Promise<string> {
  const { context } = JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8"));
  await run(process.execPath, ["bin/archiver.ts"], {
    cwd: ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...settings }),
    },
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return join(outdir, TEMPLATE);
}

/** Nothing may be wrong but the schema registry's types, and these in the documented regions alone. */
async function lintRegions(template: string, without: ReadonlySet<string>): Promise<void> {
  const findings = parseCfnLint(
    await outputOf("cfn-lint", ["--format", "json", "--regions", "ALL_REGIONS", "--", template]),
  );
  const { regions, others } = missingTypes(findings, "AWS::EventSchemas::");
  problems.push(...others.map(({ id, message }) => `cfn-lint: ${id} ${message}`));
  for (const region of new Set([...regions, ...without])) {
    if (regions.has(region) !== without.has(region)) {
      problems.push(`cfn-lint and lib/regions.ts disagree on the schema registry of ${region}`);
    }
  }
  console.log(`cfn-lint: all regions, ${findings.length} findings, ${others.length} unexpected`);
}

async function lintConsole(template: string): Promise<void> {
  const args = ["--format", "json", "--regions", ...CONSOLE_REGIONS, "--", template];
  const findings = parseCfnLint(await outputOf("cfn-lint", args));
  problems.push(...findings.map(({ id, message }) => `cfn-lint, console: ${id} ${message}`));
  console.log(`cfn-lint: the hosted console, ${findings.length} findings`);
}

/** Every finding has its row in docs/operations.md, and every row its finding. */
async function lintSecurity(templates: readonly string[]): Promise<void> {
  const options = ["--framework", "cloudformation", "--compact", "--quiet", "--output", "json"];
  const found: Finding[] = [];
  for (const template of templates) {
    found.push(...parseCheckov(await outputOf("checkov", ["--file", template, ...options])));
  }
  const answered = answeredChecks(await readFile(join(ROOT, "docs/operations.md"), "utf8"));
  const open = found.filter(({ id }) => !answered.has(id));
  const ids = new Set(found.map(({ id }) => id));
  const stale = [...answered].filter((id) => !ids.has(id));
  problems.push(...open.map(({ id, message }) => `checkov: ${id} ${message} has no answer`));
  problems.push(
    ...stale.map((id) => `docs/operations.md answers ${id}, which checkov does not find`),
  );
  console.log(`checkov: ${found.length} findings of ${ids.size} kinds, ${open.length} unanswered`);
}

/** The linters end with an error when they find something. */
async function outputOf(tool: string, args: readonly string[]): Promise<string> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES };
  return run(join(VENV, "bin", tool), [...args], options).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? "",
  );
}
