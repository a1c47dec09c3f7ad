// Short names for the shapes of the API that pages use. The shapes themselves are generated.

import type { components } from './schema';

type Schemas = components['schemas'];

export type AdvisoryLine = Schemas['AdvisoryLine'];
export type Advisory = Schemas['Advisory'];
export type AdvisoryImport = Schemas['AdvisoryImport'];
export type Asset = Schemas['Asset'];
export type AssetLine = Schemas['AssetLine'];
export type AssetImport = Schemas['AssetImport'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditReport = Schemas['AuditReport'];
export type Explanation = Schemas['Explanation'];
export type Expression = Schemas['Expression'];
export type Grant = Schemas['Grant'];
export type Impact = Schemas['Impact'];
export type Mapping = Schemas['Mapping'];
export type Match = Schemas['Match'];
export type MappingRule = Schemas['MappingRule'];
export type Provider = Schemas['Provider'];
export type Quarantined = Schemas['Quarantined'];
export type Question = Schemas['Question'];
export type RuleShown = Schemas['MappingRuleShown'];
export type Session = Schemas['Session'];
export type SessionLine = Schemas['SessionLine'];
export type Site = Schemas['Site'];
export type SourceCheck = Schemas['SourceCheck'];
export type Status = Schemas['Status'];
export type Token = Schemas['Token'];
export type User = Schemas['User'];
export type Feed = Schemas['Feed'];
export type ThreatFacts = Schemas['ThreatFacts'];
export type TouchedAsset = Schemas['TouchedAsset'];
export type Vulnerability = Schemas['Vulnerability'];
export type VulnerabilityExplanation = Schemas['VulnerabilityExplanation'];
export type VulnerabilityLine = Schemas['VulnerabilityLine'];
