import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { CONSOLE_API_PATH } from "./console-api.ts";
import { type PageOrigins, pageHeaders } from "./page-headers.ts";

/** What the site is made of. */
export interface ConsoleSiteProps {
  readonly config: ArchiverConfig;
  /** The host of the console's API, which stands under the site's own name. */
  readonly apiHost: string;
  readonly origins: PageOrigins;
}

/** CDK's bucket says `isWebsite` otherwise than its interface, which our compiler settings tell apart. */
export class FileBucket extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}

/** The console's files in a private bucket, and the distribution that serves them and the API. */
export class ConsoleSite extends Construct {
  readonly bucket: FileBucket;
  readonly distribution: Distribution;
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, apiHost, origins }: ConsoleSiteProps) {
    super(scope, id);
    this.bucket = this.addBucket();
    const page = this.addHeaders("PageHeaders", "/index.html", origins);
    const assets = this.addHeaders("AssetHeaders", "/assets/x.js", origins);
    const files = this.fileBehavior(page);
    this.distribution = new Distribution(this, "Distribution", {
      comment: `${Stack.of(this).stackName} console`,
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: { ...files, cachePolicy: CachePolicy.CACHING_DISABLED },
      additionalBehaviors: {
        // Their names change with their content.
        "/assets/*": { ...files, responseHeadersPolicy: assets },
        [`${CONSOLE_API_PATH}/*`]: apiBehavior(apiHost, page),
      },
      ...this.domain(config),
    });
    acknowledgeDistribution(this.distribution, config);
    this.url = `https://${config.consoleDomainName ?? this.distribution.distributionDomainName}`;
  }

  private addBucket(): FileBucket {
    const bucket = new FileBucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // What is in it is made anew by every deployment.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "It holds the page's own files, which are no secret; CloudFront alone reads them.",
    });
    return bucket;
  }

  private fileBehavior(responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    const originAccessControl = new S3OriginAccessControl(this, "AccessControl", {
      originAccessControlName: this.globalName(),
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy,
      compress: true,
    };
  }

  private addHeaders(id: string, path: string, origins: PageOrigins): ResponseHeadersPolicy {
    const { policy, others } = pageHeaders(path, origins);
    return new ResponseHeadersPolicy(this, id, {
      responseHeadersPolicyName: `${this.globalName()}-${id}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          // Other names below a domain of yours are not this stack's to decide about.
          includeSubdomains: false,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: others.map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  /** CloudFront's policies are an account's, not a region's: stacks of two regions must not collide. */
  private globalName(): string {
    const { stackName, region } = Stack.of(this);
    return `${stackName}-${region}`;
  }

  private domain({ consoleDomainName, consoleCertificateArn }: ArchiverConfig) {
    if (consoleDomainName === undefined || consoleCertificateArn === undefined) return {};
    return {
      domainNames: [consoleDomainName],
      certificate: Certificate.fromCertificateArn(this, "Certificate", consoleCertificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}

/** The API under the page's own origin: no other origin has to be let in by it. */
function apiBehavior(host: string, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    }),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    // With the token; without the host, by which API Gateway finds its API.
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    responseHeadersPolicy,
  };
}

function acknowledgeDistribution(
  distribution: Distribution,
  { consoleDomainName }: ArchiverConfig,
): void {
  Validations.of(distribution).acknowledge(
    {
      id: "AwsSolutions-CFR1",
      reason: "Who may see anything is decided by the sign-in, not by the country.",
    },
    {
      id: "AwsSolutions-CFR2",
      reason:
        "Its files are static, and its API is throttled and asks for a token. A web ACL costs more " +
        "than all else of it; who wants one associates it with the distribution.",
    },
    {
      id: "AwsSolutions-CFR3",
      reason:
        "What matters of it is the API, which has an access log of its own with the subject of each " +
        "token; the other files are the same for everybody.",
    },
  );
  if (consoleDomainName !== undefined) return;
  Validations.of(distribution).acknowledge({
    id: "AwsSolutions-CFR4",
    reason:
      "CloudFront's own host name takes TLS 1.0 as well, and has no setting for it; with " +
      "consoleDomainName it is TLS 1.2 or newer. No browser of today speaks the older ones.",
  });
}
