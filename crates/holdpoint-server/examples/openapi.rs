//! Prints the description of the API; `holdpoint openapi` prints the same.
fn main() {
    print!("{}", holdpoint_server::openapi_json());
}
