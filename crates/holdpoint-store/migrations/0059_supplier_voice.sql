-- Whose yes counts, as lists filter by it: a publisher as statements name it, and a vendor for whose products it speaks, its own or
-- another's. Made from the statements and from who was named as speaking for whom; a no needs none of this.
CREATE TABLE supplier_voice (
  publisher TEXT NOT NULL,
  vendor TEXT NOT NULL,
  PRIMARY KEY (publisher, vendor)
);
