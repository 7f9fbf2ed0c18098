import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { type AllowedSource, IMPORT_PREFIX, RUN_PREFIX } from "#domain/imports/import-source.ts";
import { acknowledgeWildcard, nagReference } from "./acknowledge.ts";

/** As long as Step Functions knows an execution that has ended. */
const RUNS_KEPT = Duration.days(90);

/** Where lists of ids to import are laid, and the reports of imports. */
export class ImportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: props.removalPolicy,
      autoDeleteObjects: props.removalPolicy === RemovalPolicy.DESTROY,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: RUN_PREFIX, expiration: RUNS_KEPT },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "Lists of ids and reports about them; who must audit reads turns on data events.",
    });
  }

  /** From where lines may be read: below a prefix of this bucket, and where `others` say. */
  sources(others: readonly AllowedSource[]): AllowedSource[] {
    return [{ bucket: this.bucket.bucketName, prefix: IMPORT_PREFIX }, ...others];
  }

  /** Lets a role read the sources, and what the API has laid beside, and write the numbered lines. */
  grantPlanning(role: iam.Role, others: readonly AllowedSource[]): void {
    this.grant(role, IMPORT_PREFIX, "s3:GetObject");
    this.grant(role, RUN_PREFIX, "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload");
    for (const { bucket, prefix } of others) {
      const objects = `${Bucket.fromBucketName(this, `Source-${bucket}-${prefix}`, bucket).bucketArn}/${prefix}*`;
      iam.Grant.addToPrincipal({
        grantee: role,
        actions: ["s3:GetObject"],
        resourceArns: [objects],
      });
      acknowledgeWildcard(
        role,
        `arn:<AWS::Partition>:s3:::${bucket}/${prefix}*`,
        "The configuration names this place as one that lines may be read from.",
      );
    }
  }

  /** Lets a role lay ids of a request, and sign links to reports. */
  grantRequesting(role: iam.Role): void {
    this.grant(role, RUN_PREFIX, "s3:GetObject", "s3:PutObject");
  }

  /** Lets a role read reports. */
  grantReading(role: iam.Role): void {
    this.grant(role, RUN_PREFIX, "s3:GetObject");
  }

  private grant(role: iam.Role, prefix: string, ...actions: string[]): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions,
      resourceArns: [this.bucket.arnForObjects(`${prefix}*`)],
    });
    acknowledgeWildcard(
      role,
      `${nagReference(this.bucket, "Arn")}/${prefix}*`,
      "The objects of imports: their keys are made of the imports' ids, or chosen by who lays them.",
    );
  }
}
