import { CfnOutput } from "aws-cdk-lib";
import { DomainName, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { Construct } from "constructs";
import type { ArchiverConfig } from "./config-schema.ts";

type DomainSettings = Pick<ArchiverConfig, "apiDomainName" | "apiCertificateArn">;

/**
 * The configured domain of the HTTP API; undefined for API Gateway's own address. That address stays
 * open beside it: AKOOL calls the one that a job was created with, for days.
 *
 * @param scope the construct of the API
 */
export function apiDomain(scope: Construct, settings: DomainSettings): DomainName | undefined {
  const { apiDomainName, apiCertificateArn } = settings;
  if (apiDomainName === undefined || apiCertificateArn === undefined) return undefined;
  const domain = new DomainName(scope, "Domain", {
    domainName: apiDomainName,
    certificate: Certificate.fromCertificateArn(scope, "Certificate", apiCertificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  // The DNS record is the user's: the zone may lie in another account, or at another provider.
  const output = new CfnOutput(scope, "DomainTarget", { value: domain.regionalDomainName });
  output.overrideLogicalId("ApiDomainTarget");
  return domain;
}
