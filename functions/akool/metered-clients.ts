import { isTrouble, type Observation, type Trouble } from "#domain/job/observation.ts";
import type { Meter, MetricName } from "#domain/metrics.ts";
import type { AkoolClient } from "./client.ts";
import type { CreateClient } from "./create-client.ts";
import type { CreateOutcome } from "./create-outcome.ts";

const TROUBLE_METRICS: Readonly<Record<Trouble["kind"], MetricName>> = {
  throttled: "AkoolThrottled",
  unavailable: "AkoolUnavailable",
  account_fault: "AkoolAccountFault",
};

/** A client that counts its polls by what AKOOL answered. */
export function meteredPolls(client: AkoolClient, meter: Meter): AkoolClient {
  return {
    async poll(videoModelId) {
      const observation = await client.poll(videoModelId);
      meter.add("AkoolLook");
      for (const metric of metricsOf(observation)) meter.add(metric);
      return observation;
    },
  };
}

/** A client that counts its billable calls by their outcome. */
export function meteredCreates(client: CreateClient, meter: Meter): CreateClient {
  return {
    async createCharacterSwap(request, webhookUrl) {
      const outcome = await client.createCharacterSwap(request, webhookUrl);
      meter.add("AkoolCreate");
      const metric = metricOf(outcome);
      if (metric !== undefined) meter.add(metric);
      return outcome;
    },
  };
}

function metricsOf(observation: Observation): MetricName[] {
  const { kind } = observation;
  const isUndocumented =
    kind === "unknown_status" || ("undocumented" in observation && observation.undocumented);
  return [
    ...(isTrouble(observation) ? [TROUBLE_METRICS[observation.kind]] : []),
    ...(isUndocumented ? (["AkoolUndocumented"] as const) : []),
  ];
}

function metricOf(outcome: CreateOutcome): MetricName | undefined {
  switch (outcome.kind) {
    case "created":
    case "refused":
      return undefined;
    case "unknown":
      return "SubmissionUnknown";
    case "not_now":
      return TROUBLE_METRICS[outcome.trouble];
  }
}
