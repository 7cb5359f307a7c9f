//! How far libraries let times be off where nobody sets it.

/// Words of products in lower case, with seconds. What is not here is not known.
const KNOWN: &[(&str, i64)] = &[
    ("asp.net", 300),
    (".net", 300),
    ("dotnet", 300),
    ("jwtbearer", 300),
    ("identityserver", 300),
    ("microsoft.identity", 300),
    ("spring", 60),
    ("nimbus", 60),
    ("envoy", 60),
    ("istio", 60),
    ("jsonwebtoken (rust)", 60),
    ("axum", 60),
    ("actix", 60),
    ("postgrest", 30),
    ("clerk", 5),
    ("express-oauth2-jwt-bearer", 5),
    ("pyjwt", 0),
    ("python-jose", 0),
    ("simplejwt", 0),
    ("flask-jwt", 0),
    ("authlib", 0),
    ("jsonwebtoken", 0),
    ("express-jwt", 0),
    ("jose", 0),
    ("golang-jwt", 0),
    ("jjwt", 0),
    ("java-jwt", 0),
    ("php-jwt", 0),
    ("lcobucci", 0),
    ("ruby-jwt", 0),
    ("hasura", 0),
];

/// The most that a product of the stack bears with.
pub(super) fn usual(stack: &[String]) -> Option<i64> {
    let products = stack.iter().map(|name| name.to_ascii_lowercase());
    let of_one = |name: String| {
        let mut known = KNOWN.iter().filter(|(word, _)| name.contains(word));
        known.next().map(|(_, seconds)| *seconds)
    };
    products.filter_map(of_one).max()
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn the_most_patient_product_counts() {
        let stack = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(usual(&stack(&["FastAPI", "PyJWT 2.10"])), Some(0));
        assert_eq!(usual(&stack(&["Keycloak", "ASP.NET Core 8"])), Some(300));
        assert_eq!(
            usual(&stack(&["axum", "jsonwebtoken (Rust) 9.3.1"])),
            Some(60)
        );
        assert_eq!(usual(&stack(&["Rocket"])), None);
    }
}
